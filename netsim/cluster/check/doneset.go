package check

import "slices"

// doneSet is a set of a client's operations, by number. Where a client has one
// outstanding at a time, they come in order, and what the highest number reaches is
// in. Otherwise some below it may be missing, as many at a time as were outstanding
// when it came, and those that were given up.
type doneSet struct {
	max     uint32
	missing []uint32 // in increasing order
}

func (s *doneSet) has(number uint32) bool {
	if number > s.max || len(s.missing) == 0 {
		return number <= s.max
	}
	_, missing := slices.BinarySearch(s.missing, number)
	return !missing
}

// add puts a number in. Those below it that are not in count as missing if any order
// will do.
func (s *doneSet) add(number uint32, anyOrder bool) {
	if number <= s.max {
		if at, missing := slices.BinarySearch(s.missing, number); missing {
			s.missing = slices.Delete(s.missing, at, at+1)
		}
		return
	}
	if anyOrder {
		for n := s.max + 1; n < number; n++ {
			s.missing = append(s.missing, n)
		}
	}
	s.max = number
}

func (s *doneSet) clone() doneSet { return doneSet{s.max, slices.Clone(s.missing)} }
