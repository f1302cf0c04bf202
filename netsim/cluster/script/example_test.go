package script_test

import (
	"fmt"
	"strings"

	"raftarium/netsim/cluster/script"
)

func ExampleParse() {
	sc, err := script.Parse(strings.NewReader(`
servers 3
for 10s
at 1.5s isolate leader   # it does not know yet
at 3s   append c1 x "two words"
at 4s   heal
`), "stale.txt")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sc.Config.Servers, "servers,", sc.Config.For)
	for _, step := range sc.Steps {
		fmt.Println(step)
	}
	// Output:
	// 3 servers, 10s
	// at 1.5s isolate leader
	// at 3s append c1 x "two words"
	// at 4s heal
}

func ExampleParse_mistakes() {
	_, err := script.Parse(strings.NewReader("servers 30\nat 2s crahs s1\nat 1s loss 5\n"), "cut.txt")
	fmt.Println(err)
	// Output:
	// cut.txt:1:9: found "30", but `servers` takes a number from 1 to 25, like `servers 5`
	// cut.txt:2:7: found "crahs", but no action has that name; did you mean `crash`?
	// cut.txt:3:4: found "1s", but line 2 is at 2s already, and times never go back
}

func ExampleScenario_Check() {
	sc, err := script.Parse(strings.NewReader("servers 5\nat 1s heal\nat 2s cut s1 s9\n"), "cut.txt")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sc.Check(&script.Known{Rules: []string{"election-restriction"}}))
	// Output:
	// cut.txt:3:14: found "s9", but this run has s1 to s5
}
