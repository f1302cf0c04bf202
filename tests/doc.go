// Package tests judges raftarium from outside: the twelve tests of package suite,
// determinism, random faults on thousands of seeds, and a violation for every
// rule that is switched off. Nothing here reaches into a machine: all goes
// through the contracts and the world.
package tests
