package grade

import (
	"encoding/xml"
	"fmt"
	"html/template"
	"io"

	"raftarium/tests/exercises/lab"
)

// WriteText writes the results as a person reads them.
func WriteText(w io.Writer, all []Submission) {
	for i := range all {
		s := &all[i]
		fmt.Fprintf(w, "%s, %d of %d points\n\n", s.Name, s.Points, s.Of)
		for k := range s.Exercises {
			e := &s.Exercises[k]
			fmt.Fprintf(w, "%s: %d of %d points\n", e.Name, e.Points, e.Of)
			if e.Reason != "" {
				fmt.Fprintf(w, "      %s\n", e.Reason)
				continue
			}
			for k := range s.Tests {
				if t := &s.Tests[k]; t.Exercise == e.Name && !t.Passed {
					lab.Print(w, &t.Result)
				}
			}
		}
		fmt.Fprintln(w)
	}
	if len(all) > 1 {
		for i := range all {
			fmt.Fprintf(w, "%4d/%-4d %s\n", all[i].Points, all[i].Of, all[i].Name)
		}
	}
}

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes the results in the form that CI systems read: a suite for each
// submission.
func WriteJUnit(w io.Writer, all []Submission) error {
	var doc junitSuites
	for _, s := range all {
		suite := junitSuite{Name: s.Name, Tests: len(s.Tests)}
		for _, t := range s.Tests {
			c := junitCase{Class: s.Name + "." + t.Exercise, Name: t.Name}
			if !t.Passed {
				suite.Failures++
				c.Failure = &junitFailure{Message: t.Reason, Text: fmt.Sprintf("%d of %d points\nseed %d\n%s\n%s", t.Points, t.Of, t.Seed, t.Replay, t.Scenario)}
			}
			suite.Cases = append(suite.Cases, c)
		}
		doc.Suites = append(doc.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

var page = template.Must(template.New("grades").Parse(`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Grades</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8884 }
td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
code, pre { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap }
.fail { border-left: 4px solid #c33 }
.pass { border-left: 4px solid #393 }
</style>
<h1>Grades</h1>
<table>
<tr><th>Submission<th>Points
{{range .}}<tr><td><a href="#{{.Name}}">{{.Name}}</a><td class="n">{{.Points}} of {{.Of}}
{{end}}</table>
{{range .}}<h2 id="{{.Name}}">{{.Name}}: {{.Points}} of {{.Of}} points</h2>
<table>
<tr><th>Test<th>Points<th>What was wrong
{{range .Tests}}<tr><td class="{{if .Passed}}pass{{else}}fail{{end}}">{{.Exercise}}<br>{{.Name}}<td class="n">{{.Points}} of {{.Of}}<td>{{if .Passed}}{{.What}}{{else}}{{.Reason}}
{{if .Seed}}<br>Seed {{.Seed}}.{{end}} {{if .Replay}}<br><code>{{.Replay}}</code>{{end}}{{if .Scenario}}<details><summary>Scenario</summary><pre>{{.Scenario}}</pre></details>{{end}}{{end}}
{{end}}</table>
{{end}}</html>
`))

// WriteHTML writes the results as a page that needs nothing else.
func WriteHTML(w io.Writer, all []Submission) error { return page.Execute(w, all) }
