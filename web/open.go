package web

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

// ErrNoBrowser says that there is nothing to open a browser with.
var ErrNoBrowser = errors.New("no browser can be opened from here")

// OpenBrowser asks the desktop to show url. It does not wait for the browser.
func OpenBrowser(ctx context.Context, url string) error {
	name, args := "", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	default:
		if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
			return ErrNoBrowser
		}
		name = "xdg-open"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return ErrNoBrowser
	}
	cmd := exec.CommandContext(ctx, path, args...)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w: %w", ErrNoBrowser, err)
	}
	go func() { _ = cmd.Wait() }() // reap it; what becomes of it is the user's business
	return nil
}
