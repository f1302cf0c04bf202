//go:build unix

package lab

import (
	"os/exec"
	"syscall"
)

// confine puts a process into a group of its own, which ends as one.
func confine(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// release ends what a process has left behind.
func release(cmd *exec.Cmd) {
	// Nothing is left as a rule, and then there is no such group.
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}
