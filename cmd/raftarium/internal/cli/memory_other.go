//go:build !linux

package cli

// adviseLargePages does nothing where large pages are not to be asked for in this way.
func adviseLargePages([]byte) {}
