//go:build !js

package app

import "raftarium/viz/ui"

// quickTaps is needed in browsers only.
type quickTaps struct{}

func (*quickTaps) fingers(dst []ui.Finger, _ float32) []ui.Finger { return dst }
