//go:build js

// Command page is a program as small as one can be that meets the page as
// raftarium does: it makes a canvas for WebGL, takes keys on it, mirrors two controls, and
// is ready. Tests of the page run it in place of the real one.
package main

import (
	"fmt"
	"os"
	"syscall/js"
)

func main() {
	global := js.Global()
	host, document := global.Get("raftariumHost"), global.Get("document")
	if host.Call("hash").String() == "fail" {
		fmt.Fprintln(os.Stderr, "told to fail")
		os.Exit(3)
	}
	canvas := document.Call("createElement", "canvas")
	if canvas.Call("getContext", "webgl2").IsNull() {
		fmt.Fprintln(os.Stderr, "no context")
		os.Exit(1)
	}
	canvas.Set("tabIndex", 1)
	canvas.Get("style").Set("width", "100%")
	canvas.Get("style").Set("height", "100%")
	document.Get("body").Call("appendChild", canvas)
	keys := ""
	canvas.Call("addEventListener", "keydown", js.FuncOf(func(_ js.Value, args []js.Value) any {
		args[0].Call("preventDefault")
		keys += args[0].Get("key").String() + ";"
		return nil
	}))

	pressed := ""
	mirror := func() {
		host.Call("mirror", fmt.Sprintf(`{"status":"pressed %s","focus":"button/crash","nodes":[
			{"id":"text/1","role":"text","label":"S1 leads","rect":[0,0,10,10]},
			{"id":"button/crash","role":"button","label":"Crash","rect":[10,20,30,40],"focusable":true},
			{"id":"slider/loss","role":"slider","label":"Loss","value":"5 %%","min":0,"max":100,"now":5,"rect":[0,0,1,1],"focusable":true}]}`, pressed))
	}
	api := global.Get("raftarium")
	api.Set("press", js.FuncOf(func(_ js.Value, args []js.Value) any {
		pressed = args[0].String()
		mirror()
		return nil
	}))
	api.Set("state", js.FuncOf(func(js.Value, []js.Value) any {
		return fmt.Sprintf(`{"keys":%q,"hash":%q,"ratio":%v}`, keys, host.Call("hash").String(), host.Call("ratio").Float())
	}))
	api.Set("do", js.FuncOf(func(_ js.Value, args []js.Value) any {
		panic("told to panic")
	}))
	host.Call("ready")
	mirror()
	select {}
}
