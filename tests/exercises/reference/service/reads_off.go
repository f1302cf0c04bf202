//go:build no_reads

package service

import (
	"raftarium/kv"
	"raftarium/raft"
)

// reads are Gets that go by no entry of the log. Without them every Get is one.
type reads struct{}

func (s *server) readBy(kv.Reads)                              {}
func (s *server) read(*kv.Request, *kv.ServerEffects) bool     { return false }
func (s *server) readAnswered(*raft.Answer, *kv.ServerEffects) {}
func (s *server) answerReads(*kv.ServerEffects)                {}
func (r reads) clone() reads                                   { return r }
func (r *reads) appendState(b []byte) []byte                   { return b }
