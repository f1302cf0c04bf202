//go:build !unix

package desktop

import "os/exec"

// confine does nothing: there are no groups of processes here.
func confine(*exec.Cmd) {}

// release does nothing, likewise.
func release(*exec.Cmd) {}
