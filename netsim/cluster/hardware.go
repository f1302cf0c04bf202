package cluster

import (
	"encoding/binary"
	"fmt"

	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// domainTear keeps the draws of torn writes apart from all others.
const domainTear = netsim.DomainUser + 2

// doHardware carries out the actions that concern the disks and clocks of
// servers.
func (w *World) doHardware(a script.Action, targets []raft.ID) string {
	each := func(do func(netsim.NodeID)) {
		for _, id := range targets {
			do(serverNode(id))
		}
	}
	switch a := a.(type) {
	case script.SlowDisk:
		each(func(n netsim.NodeID) { w.sim.SetDisk(n, a.Write) })
		return fmt.Sprintf("A durable write on %s takes %v", names(targets), a.Write)
	case script.Fill:
		each(func(n netsim.NodeID) { w.sim.SetFull(n, true) })
		return done("fill the disk of", targets, "Every disk is full already")
	case script.Free:
		each(func(n netsim.NodeID) { w.sim.SetFull(n, false) })
		return done("make room on the disk of", targets, "No disk is full")
	case script.Clock:
		each(func(n netsim.NodeID) { w.sim.SetClock(n, a.Drift) })
		switch {
		case a.Drift == 0:
			return "The clocks of " + names(targets) + " run true"
		case a.Drift < 0:
			return fmt.Sprintf("The clocks of %s run %v slow", names(targets), netsim.Ratio(-a.Drift))
		}
		return fmt.Sprintf("The clocks of %s run %v fast", names(targets), netsim.Ratio(a.Drift))
	case script.Tear:
		for _, id := range targets {
			s := &w.servers[id-1]
			asked, written := w.tear(s)
			switch {
			case asked == 0:
				w.notes.add(w, NoteOther, id, 0, "The disk of %s was not writing: nothing is torn", name(id))
			case written == asked:
				w.notes.add(w, NoteOther, id, 0, "The disk of %s had just ended its write: it holds more than %s was told", name(id), name(id))
			default:
				w.notes.add(w, NoteOther, id, 0, "The disk of %s is torn: of %d records %d are whole, and the next is dropped, for its checksum is wrong",
					name(id), asked, written)
			}
		}
		if len(targets) == 0 {
			return "Every server is down already"
		}
		return "You crash " + names(targets) + " in the midst of a write"
	}
	return ""
}

// tear crashes a server in the midst of a write. It returns how many records were
// being written and how many of them its disk has.
func (w *World) tear(s *server) (asked, written int) {
	seq, busy := w.sim.Writing(s.node)
	for busy && asked < len(s.saves) && uint64(s.saves[asked].Seq) <= seq {
		asked++
	}
	if asked > 0 {
		s.torn++
		draw := netsim.Draw(w.cfg.Seed, domainTear, uint64(s.id), s.torn, 0)
		written = wholeRecords(s.saves[:asked], draw)
	}
	for i := range s.saves[:written] {
		w.store(s, &s.saves[i])
	}
	w.crash(s)
	return asked, written
}

// wholeRecords writes saves as records, damages what was not yet written when the
// power went, and reads back how many records are whole. How much was written is
// drawn, and so is what stands in its place: nothing but zeros, or something old.
func wholeRecords(saves []raft.Save, draw uint64) int {
	var file []byte
	for i := range saves {
		file = appendRecord(file, &saves[i])
	}
	end := uint64(len(file))
	if netsim.Below(netsim.Mix(draw, 1), 4) > 0 { // else all of it was
		end = netsim.Below(netsim.Mix(draw, 2), end)
	}
	for i := end; i < uint64(len(file)); i++ {
		if file[i] = 0; draw&1 == 0 {
			file[i] = byte(netsim.Mix(draw, i))
		}
	}
	n := 0
	for len(file) > 0 {
		rest, ok := readRecord(file)
		if !ok {
			break
		}
		file = rest
		n++
	}
	return n
}

// recordHead is the length of a record and the checksum of what follows, which is
// never 0.
const recordHead = 4 + 8

// appendRecord appends a save as a record.
func appendRecord(file []byte, sv *raft.Save) []byte {
	at := len(file)
	file = append(file, make([]byte, recordHead)...)
	for _, v := range [...]uint64{uint64(sv.Seq), uint64(sv.State.Term), uint64(sv.State.Vote), uint64(sv.From), uint64(len(sv.Entries))} {
		file = binary.AppendUvarint(file, v)
	}
	for i := range sv.Entries {
		file = sv.Entries[i].AppendTo(file)
	}
	if snap := sv.Snapshot; snap != nil {
		file = binary.AppendUvarint(file, uint64(snap.Index))
		file = binary.AppendUvarint(file, uint64(snap.Term))
		file = append(snap.Config.AppendTo(file), snap.Data...)
	}
	body := file[at+recordHead:]
	binary.LittleEndian.PutUint32(file[at:], uint32(len(body)))
	binary.LittleEndian.PutUint64(file[at+4:], netsim.Digest(body)|1)
	return file
}

// readRecord passes over the first record. It reports false if there is none, or
// none whose checksum is right.
func readRecord(file []byte) (rest []byte, ok bool) {
	if len(file) < recordHead {
		return nil, false
	}
	n := uint64(binary.LittleEndian.Uint32(file))
	sum := binary.LittleEndian.Uint64(file[4:])
	body := file[recordHead:]
	if n > uint64(len(body)) || netsim.Digest(body[:n])|1 != sum {
		return nil, false
	}
	return body[n:], true
}
