// Package hunt looks for runs that violate something. A seed decides all of a run:
// the network, the disks, the workload, and a dense schedule of faults of every
// kind, some of which play together against one rule of the algorithm. At the end
// comes a phase of liveness: a majority that is drawn is healed, the others are
// down, frozen or cut off, and it must serve within the bound.
//
// A run that fails is made small before it is shown ([Minimize]): fewer faults,
// servers and clients, less time, a simpler network, as long as the same property
// is violated first.
//
// Everything here is a function of its arguments. Whoever wants many seeds at once
// runs them side by side.
package hunt
