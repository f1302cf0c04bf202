// Package browser drives the real page in a real browser: it serves the program
// as `raftarium web` does, opens it in a headless Chromium, moves mouse, fingers
// and keys, and reads the state back through window.raftarium. Its tests press
// the real controls; tests/pictures takes the pictures of the documentation.
//
// Nothing here waits for a clock. A gesture lets the page draw frames between its
// parts, since the program looks at its devices once in a frame, and what follows
// from a gesture is polled.
package browser
