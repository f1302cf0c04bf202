//go:build unix

package desktop

import (
	"os/exec"
	"syscall"
)

// confine puts a process into a group of its own, which can be ended as one.
func confine(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// release ends what a process has left behind, if it has a group of its own.
func release(cmd *exec.Cmd) {
	if a := cmd.SysProcAttr; a != nil && a.Setpgid {
		// Nothing is left as a rule, and then there is no such group.
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}
