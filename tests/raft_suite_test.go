package tests

import "testing"

// The course's tests of Raft alone. Package suite has what each does.

func TestInitialElection(t *testing.T)   { course(t) }
func TestReElection(t *testing.T)        { course(t) }
func TestManyElections(t *testing.T)     { course(t) }
func TestBasicAgree(t *testing.T)        { course(t) }
func TestRPCBytes(t *testing.T)          { course(t) }
func TestFollowerFailure(t *testing.T)   { course(t) }
func TestLeaderFailure(t *testing.T)     { course(t) }
func TestFailAgree(t *testing.T)         { course(t) }
func TestFailNoAgree(t *testing.T)       { course(t) }
func TestConcurrentStarts(t *testing.T)  { course(t) }
func TestRejoin(t *testing.T)            { course(t) }
func TestBackup(t *testing.T)            { course(t) }
func TestCount(t *testing.T)             { course(t) }
func TestPersist1(t *testing.T)          { course(t) }
func TestPersist2(t *testing.T)          { course(t) }
func TestPersist3(t *testing.T)          { course(t) }
func TestFigure8(t *testing.T)           { course(t) }
func TestUnreliableAgree(t *testing.T)   { course(t) }
func TestFigure8Unreliable(t *testing.T) { course(t) }
func TestReliableChurn(t *testing.T)     { course(t) }
func TestUnreliableChurn(t *testing.T)   { course(t) }
