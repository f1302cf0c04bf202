package catalog

import "raftarium/netsim/cluster/check"

// entries go from what shows at once to what takes patience.
var entries = []Entry{
	{"anchovy", "one-vote-per-term", check.ElectionSafety,
		`The dashboard showed two leaders for the same term, and not for a blink: both sent
heartbeats, and followers kept changing sides. No server had crashed and no clock was
off. We found nothing but an ordinary election just before.`},
	{"barbel", "answer-after-commit", check.AckDurable,
		`A customer holds a receipt for an order that we do not have. Our client log is clear: the
write was answered OK. A moment later the leader was replaced, and no server ever had the
order again. Support says that it happens "once in a while, always with a failover".`},
	{"bream", "session-table", check.ExactlyOnce,
		`Somebody was charged twice. The network lost packets that minute and our client library
tried again, as it should; the second try was answered OK like the first. The ledger has
the same amount twice, one right after the other.`},
	{"carp", "majority-to-win", check.ElectionSafety,
		`We take servers down in pairs for maintenance, and the others are supposed to wait. They did
not wait: both halves of the cluster had a leader with the same term, and each was sure that
it had been elected.`},
	{"char", "reads-through-log", check.Linearizability,
		`The web shop shows an old price. The price was changed, the change was confirmed, and
whoever asks again a little later sees the new one; but one reader got the old value after
the confirmation.`},
	{"chub", "truncate-only-on-conflict", check.AckDurable,
		`A follower that had confirmed some entries did not have them any more a few milliseconds
later. It had not crashed. The network team says that packets overtook one another that
night, and cannot see how that would delete anything.`},
	{"cod", "retry-election", check.Progress,
		`After a leader went away the service stood still until we restarted things. Most servers
were up and could talk to one another all the time. There had been an election, it seems,
but nobody won it, and that was the end of it.`},
	{"dace", "save-before-send", check.AckDurable,
		`After a power cut a server came back with less than it had promised. Others had counted on
its word: in their logs there is a message from it that says so. Its disk says otherwise.
The disk is slow, but it has never lied to us.`},
	{"eel", "append-consistency-check", check.LogMatching,
		`We compare the logs of our servers every night. Tonight two of them have the same entry at
an index and the same term there, but the entries before it are different. The follower had
been away for a while and then took what it was sent, without a question.`},
	{"flounder", "election-restriction", check.LeaderCompleteness,
		`A server that had missed the last minutes came back, and was leader before long. Entries
that everybody had agreed on are not in its log. It does not seem to mind, and nobody told
it no.`},
	{"goby", "persistent-vote", check.AckDurable,
		`In a rack with bad power, servers restart all the time. One of them had told a candidate
"you have my vote", and when we looked at its disk there was no trace of it. If it restarts
now, whom will it vote for next?`},
	{"grayling", "truncate-on-conflict", check.LogMatching,
		`A former leader was cut off with a few writes that nobody else had. It is back for minutes,
the new leader is content with it, and yet its log and that of the others do not agree: the
old writes are still there.`},
	{"gurnard", "check-applied-entry", check.AckDurable,
		`A client has an OK for a write that is nowhere. There was a change of leaders at that
moment. What stands in the log at the place where its write should be is somebody else's.`},
	{"hake", "votes-count-for-their-term", check.ElectionSafety,
		`One server stood for election again and again until it won. We counted the votes of the
term in which it says that it was elected: they are not a majority. Someone else was elected
in that term with a proper one.`},
	{"halibut", "dedup-at-apply", check.ExactlyOnce,
		`We have a protection against repeated requests, and it works in every test that we wrote. In
production an append took effect twice all the same, after a retry that went to another
server than the first try.`},
	{"herring", "leader-counts-own-disk", check.AckDurable,
		`The leader has the slowest disk of all. It announced entries as committed while its own
write was still under way, then lost power. With one more server away, what was announced is
not on as many disks as it should be.`},
	{"ide", "refuse-stale-appends", check.AckDurable,
		`A server that had been replaced as leader, and did not know it yet, sent its followers a few
entries. One of them took them. What it had confirmed to the new leader a moment before is
gone from its log.`},
	{"ling", "step-down-on-higher-term", check.ElectionSafety,
		`The old leader was away and is back, and does not seem to have noticed that time went on. It
reports the newest term on the dashboard, and that it leads it. So does somebody else.`},
	{"loach", "majority-to-commit", check.AckDurable,
		`With four servers we thought to be safer than with three. An acknowledged write was found on
two of them only, which were in the same rack. When that rack lost power the write had never
existed, as far as the others are concerned.`},
	{"mackerel", "one-sequence-number", check.ExactlyOnce,
		`The counter of a customer is one too high. We have checked the servers' table of sessions
over and over: it would have caught a repetition. The servers say that there was none; they
saw two operations.`},
	{"minnow", "current-term-commit", check.LeaderCompleteness,
		`An entry was on a majority of the servers and reported as committed. Two elections later the
new leader did not have it, and it was overwritten everywhere. Everybody voted as they
should, says the vendor.`},
	{"mullet", "persistent-log", check.AckDurable,
		`Every server that is restarted comes back empty and is filled again by the others, which we
thought was how it works. Then we restarted two at once.`},
	{"perch", "commit-up-to-last-new-entry", check.StateMachineSafety,
		`Two servers applied different commands at the same index. The one that is wrong had been
apart for a while and had some entries of its own. It applied those, although nobody else
ever agreed on them, right after it was back in touch with the leader.`},
	{"pike", "compare-last-terms", check.LeaderCompleteness,
		`A server with a very long log, most of which nobody ever confirmed, won an election against
servers that had all the confirmed writes. Those are lost now. Voters did compare logs: we
have seen them refuse others.`},
	{"plaice", "keep-vote-within-term", check.ElectionSafety,
		`Two leaders in one term. We looked at who voted for whom: one server voted for both. It does
remember its votes, and it refused a third candidate in another term. Between the two votes
it had heard from a leader, as usual.`},
	{"roach", "stale-appends-keep-timer", check.Progress,
		`An old leader that can be heard by the others but does not hear them paralyses the whole
cluster. Its messages are refused, everybody knows better, and still nobody stands up to
replace it.`},
	{"ruffe", "reset-timer-only-on-grant", check.Progress,
		`One server keeps asking for votes that nobody will give it, because its log is behind. In the
meantime the others, any of which could lead, do nothing. No leader for seconds, and clients
wait.`},
	{"salmon", "sessions-in-snapshot", check.ExactlyOnce,
		`It happens on servers that were set up from a copy or restarted after a cleanup of their
logs: a client's retry, which all other servers recognised as one, took effect again there.`},
	{"sardine", "match-only-what-was-sent", check.LeaderTruth,
		`The leader's own statistics say that a follower has all entries up to the newest. The
follower does not have them, and never said that it does: its reply was about a message sent
before those entries existed.`},
	{"smelt", "leader-noop", check.Progress,
		`A leader was elected and is followed by a majority; the network is fine. Yet a write that is
on all servers, from before the election, does not get committed. It hangs until somebody
writes something new.`},
	{"sole", "ignore-stale-replies", check.LeaderTruth,
		`After a short absence a server was elected leader a second time. It believes of a follower
that it has entries which that follower has long replaced. A packet had been on its way for
suspiciously long.`},
	{"sprat", "persistent-term", check.AckDurable,
		`A server took part in an election, restarted, and spoke of a term as new that it had
answered for before. Its disk had never heard of that term.`},
	{"tench", "confirm-before-read", check.Linearizability,
		`We let the leader answer reads without an entry in the log, since it knows best. It did not:
while it was cut off from the others it answered with a value that had been replaced
elsewhere, and confirmed there.`},
	{"trout", "retry-elsewhere", check.Progress,
		`One application server hangs after a failover, the others are fine. Its requests go out all
right. The cluster has a leader and commits whatever it is given.`},
	{"tuna", "snapshot-keeps-later-entries", check.AckDurable,
		`A follower that was a bit behind was sent a snapshot, installed it, and then lacked entries
that it had already confirmed: they came after the end of the snapshot. Nobody told it to
remove them.`},
	{"turbot", "compacted-prefix-matches", check.AckDurable,
		`Right after a follower had compacted its log, a late message from the leader arrived with
entries that it knew already. It should have shrugged. Instead its log became shorter, and
confirmed entries were missing.`},
	{"vendace", "send-snapshot", check.Progress,
		`A server was away for long enough that the others cleaned up their logs. It is back, it is
asked and answers, over and over, but it never catches up. When another server went down as
well, the service stood still although a majority was up.`},
	{"wrasse", "snapshot-with-state", check.StateMachineSafety,
		`A server lost power while it was cleaning up its log. When it came back its state and its
log did not fit together, and it did something at an index that the others had done
something else at.`},
	{"zander", "wait-for-read-index", check.Linearizability,
		`We read without the log, and the leader makes sure each time that it still leads: that shows
in the trace, and it does lead. All the same a reader got the old value after somebody else
had been told that the new one was in. No server was cut off.`},
	{"zingel", "chunks-in-order", check.StateMachineSafety,
		`A server that had been sent a large state in several pieces came up with one that nobody
ever had: the beginning is from one day and the end from another. The link to it is known to
deliver some packets late, and some twice.`},
}
