package cli

import "syscall"

// adviseLargePages asks for pages of some megabytes below b. A system that has none
// goes on with small ones.
func adviseLargePages(b []byte) { _ = syscall.Madvise(b, syscall.MADV_HUGEPAGE) }
