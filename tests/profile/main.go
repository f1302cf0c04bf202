// Profile remakes cmd/raftarium/default.pgo, by which the go command optimises the
// raftarium command for what it does most: running simulations.
//
//	go run ./tests/profile
//
// It is worth remaking after a large change of the hot path; a stale profile costs some
// speed and nothing else.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"runtime/pprof"
	"strings"
	"time"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft/core"
)

const (
	file   = "cmd/raftarium/default.pgo"
	rounds = 40
)

func main() {
	if err := remake(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func remake() error {
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		return err
	}
	for range rounds {
		// The closed loop of short links, and the default run.
		for _, latency := range []netsim.Range{netsim.Exactly(time.Millisecond), script.DefaultConfig().Latency} {
			if err := run(latency); err != nil {
				pprof.StopCPUProfile()
				return err
			}
		}
	}
	pprof.StopCPUProfile()
	clean, err := withoutPaths(&profile)
	if err != nil {
		return fmt.Errorf("the profile cannot be read back: %w", err)
	}
	return os.WriteFile(file, clean, 0o644)
}

// run makes a run as `raftarium run` does.
func run(latency netsim.Range) error {
	cfg := script.DefaultConfig()
	cfg.Latency = latency
	code := cluster.Code{Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation()}
	s, err := cluster.Open(code, &script.Scenario{Config: cfg}, cluster.Options{Trace: -1})
	if err != nil {
		return err
	}
	for !s.AdvanceTo(netsim.Time(cfg.For)) {
	}
	s.Final()
	return nil
}

// stringTable is the field of a profile that holds all its texts, with its wire type:
// see profile.proto of github.com/google/pprof.
const stringTable = 6<<3 | 2

// withoutPaths leaves of each path of the machine its last element: the compiler goes by
// the names of functions and by lines, and a repository has no use for the rest.
func withoutPaths(profile io.Reader) ([]byte, error) {
	zr, err := gzip.NewReader(profile)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(zr)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	zw := gzip.NewWriter(&out)
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errors.New("a field has no tag")
		}
		v, m := binary.Uvarint(b[n:])
		if m <= 0 {
			return nil, errors.New("a field has no value")
		}
		end := n + m
		switch tag & 7 {
		case 0: // a number
		case 2: // v bytes
			if v > uint64(len(b)-end) {
				return nil, errors.New("a field is longer than the profile")
			}
			end += int(v)
		default:
			return nil, fmt.Errorf("a field has wire type %d, which profiles do not use", tag&7)
		}
		field := b[:end]
		if text := string(b[n+m : end]); tag == stringTable && strings.HasPrefix(text, "/") {
			text = path.Base(text)
			field = binary.AppendUvarint(nil, tag)
			field = binary.AppendUvarint(field, uint64(len(text)))
			field = append(field, text...)
		}
		if _, err := zw.Write(field); err != nil {
			return nil, err
		}
		b = b[end:]
	}
	if err := zw.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
