// Package desktop tests the real window: it starts the command under an X server,
// its own Xvfb where there is no other, moves mouse and keys by XTEST, and reads
// the state back from the file that RAFTARIUM_STATE names.
//
// Nothing here waits for a clock: what follows from a gesture is polled.
package desktop
