package docs

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft/core"
	"raftarium/viz/app/shell"
)

var update = flag.Bool("update", false, "write the tables of the guide anew")

const (
	root  = "../.."
	guide = root + "/docs/guide.md"
)

// tables are the parts of the guide that follow from the program, by the name that
// stands in their "begin" and "end" comments.
func tables() map[string]string {
	code := cluster.Code{Raft: core.Implementation(), Server: server.Implementation(), Client: client.Implementation()}
	return map[string]string{"keys": keys(), "actions": verbs(script.Verbs()), "headers": verbs(script.Headers()), "rules": rules(&code)}
}

// cell is text in a table of Markdown.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func code(s string) string { return "`" + cell(s) + "`" }

func keys() string {
	var b strings.Builder
	b.WriteString("| key | |\n|---|---|\n")
	group := ""
	for _, c := range shell.Commands() {
		if c.Key == "" {
			continue
		}
		if c.Group != group {
			group = c.Group
			fmt.Fprintf(&b, "| **%s** | |\n", group)
		}
		fmt.Fprintf(&b, "| %s | %s |\n", code(c.KeyCap()), cell(c.Label))
	}
	return b.String()
}

func verbs(list []script.VerbInfo) string {
	var b strings.Builder
	b.WriteString("| line | | for example |\n|---|---|---|\n")
	for _, v := range list {
		examples := make([]string, len(v.Examples))
		for i, e := range v.Examples {
			examples[i] = code(e)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", code(v.Usage), cell(v.Help), strings.Join(examples, ", "))
	}
	return b.String()
}

func rules(c *cluster.Code) string {
	var b strings.Builder
	b.WriteString("| rule | kind | layer | defends | stated in |\n|---|---|---|---|---|\n")
	for _, r := range c.Rules() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", code(r.Name), r.Kind, r.Layer, cell(r.Defends), cell(r.Section))
	}
	return b.String()
}

func TestTheTablesOfTheGuideAreThoseOfTheProgram(t *testing.T) {
	data, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for name, want := range tables() {
		begin, end := "<!-- begin "+name+" -->\n", "<!-- end "+name+" -->"
		before, rest, ok := strings.Cut(text, begin)
		got, after, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("the guide has no place for the table of %s", name)
		}
		if got != want && !*update {
			t.Errorf("the table of %s is not the program's; make it anew: go test ./tests/docs -update", name)
		}
		text = before + begin + want + end + after
	}
	if *update && text != string(data) {
		if err := os.WriteFile(guide, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// pages are the texts for people.
func pages(t *testing.T) []string {
	t.Helper()
	list, err := filepath.Glob(root + "/docs/*.md")
	if err != nil || len(list) == 0 {
		t.Fatal("no documentation: ", err)
	}
	return append(list, root+"/README.md")
}

var (
	linkIn    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	headingIn = regexp.MustCompile(`(?m)^#+ (.*)$`)
	fencedIn  = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")
)

// anchor is what a heading is called in an address, as GitHub makes it.
func anchor(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			b.WriteByte('-')
		case r == '-' || r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		}
	}
	return b.String()
}

func TestLinksLeadSomewhere(t *testing.T) {
	for _, page := range pages(t) {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		links := linkIn.FindAllStringSubmatch(string(data), -1)
		for _, l := range links {
			if strings.Contains(l[1], "://") {
				continue
			}
			path, heading, _ := strings.Cut(l[1], "#")
			target := page
			if path != "" {
				target = filepath.Join(filepath.Dir(page), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s: %v", page, l[1], err)
				continue
			}
			if heading == "" {
				continue
			}
			text, err := os.ReadFile(target)
			if err != nil {
				t.Errorf("%s links to %s: %v", page, l[1], err)
				continue
			}
			if !slices.ContainsFunc(headingIn.FindAllStringSubmatch(string(text), -1), func(h []string) bool { return anchor(h[1]) == heading }) {
				t.Errorf("%s links to %s, and no heading is called that", page, l[1])
			}
		}
	}
}

func TestScenariosInTheTextParse(t *testing.T) {
	found := 0
	for _, page := range pages(t) {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range fencedIn.FindAllStringSubmatch(string(data), -1) {
			if b[1] != "raftarium" && !strings.HasPrefix(b[2], "servers ") {
				continue
			}
			found++
			sc, err := script.Parse(strings.NewReader(b[2]), page)
			if err == nil {
				err = sc.Check(nil)
			}
			if err != nil {
				t.Errorf("%s has a scenario that cannot be opened: %v", page, err)
			}
		}
	}
	if found < 2 {
		t.Errorf("%d scenarios found in the text", found)
	}
}
