package course

import (
	"raftarium/kv"
	"raftarium/raft"
	"raftarium/tests/exercises/reference/node"
	"raftarium/tests/exercises/reference/service"
)

// Raft is the Raft below a student's service.
func Raft() raft.Implementation { return node.Node() }

// Service is the service and the client above a student's Raft.
func Service() (kv.ServerImplementation, kv.ClientImplementation) {
	return service.Server(), service.Client()
}
