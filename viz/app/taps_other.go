//go:build !js

package app

import "raftarium/viz/ui"

// quickTaps is needed in browsers only.
type quickTaps struct{}

func (*quickTaps) fingers(dst []ui.Finger) []ui.Finger { return dst }
