// Package shell is the program around the picture, without a device: the model
// of what the person in front of it is doing, the intents that change it, and the
// layout that shows it. It imports no Ebitengine and no syscall/js, so that all of
// it is tested without a display.
//
// A frame goes like this: a [Shell] gets the input of a tick, finds what it
// touches in the tree of the last layout, turns it into [Intent] values, applies
// those, lets virtual time pass, and lays itself out again. The window paints the
// draw list where it differs from the last one and does nothing where it does not.
//
// Whatever changes the cluster goes through one door, cluster.Session.Do, as a line of the
// action language; a toast says what it did and, where the situation before can be
// had back, offers to undo it.
package shell
