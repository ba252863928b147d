package patchcmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"relinterp/internal/cli"
	"relinterp/patcher"
)

// status is what became of a file.
type status string

const (
	patched   status = "patched"
	unchanged status = "unchanged" // it was patched with these options already
	restored  status = "restored"
	linked    status = "linked" // another name of a file that was done, and leads to the new one now
	inspected status = "inspected"
	verified  status = "verified"
	refused   status = "refused" // the file is not one that this can be done to; nothing was written
	failed    status = "failed"  // reading, writing or verifying it failed; nothing was written
	skipped   status = "skipped" // found below a folder, and no program; counted, not listed
)

// message is something to know and what to do about it.
type message struct {
	What string `json:"what"`
	Hint string `json:"hint,omitempty"`
}

// result is what became of one file. The JSON schema is docs/relinterp-patch.schema.json.
type result struct {
	File    string           `json:"file"`             // as it was typed or found
	Output  string           `json:"output,omitempty"` // where the result lies, if that is not File
	Status  status           `json:"status"`
	Loader  string           `json:"loader,omitempty"` // the loader's file as seen from here
	Plan    *patcher.Plan    `json:"plan,omitempty"`
	Info    *patcher.Info    `json:"info,omitempty"`
	Verify  *verification    `json:"verify,omitempty"`
	Refusal *patcher.Refusal `json:"refusal,omitempty"`
	Error   *message         `json:"error,omitempty"`
	Notes   []message        `json:"notes,omitempty"`

	ready *pending // to be committed
	later uint64   // names of the same file that will be done as well
}

func (r *result) note(what, hint string) { r.Notes = append(r.Notes, message{what, hint}) }

// refuse makes r a refusal.
func (r *result) refuse(why *patcher.Refusal) result {
	r.Status, r.Refusal = refused, why
	return *r
}

// fail makes r a failure.
func (r *result) fail(what, hint string) result {
	r.Status, r.Error = failed, &message{what, hint}
	return *r
}

// document is the answer as JSON.
type document struct {
	Schema  int               `json:"schema"` // 1
	Action  action            `json:"action"`
	DryRun  bool              `json:"dry_run"`
	Results []json.RawMessage `json:"results"` // each a result; a plan holds more memory than its words
	Summary map[status]int    `json:"summary"`
	Skipped map[string]int    `json:"skipped,omitempty"` // by kind
	Error   *message          `json:"error,omitempty"`   // of the command line, or of the run
	Exit    int               `json:"exit"`

	listed bool // the results are wanted
}

// exit is the status of a run with these results.
func (d *document) exit() int {
	switch {
	case d.Summary[failed] > 0 || d.Error != nil:
		return cli.StatusFailed
	case d.Summary[refused] > 0:
		return cli.StatusRefused
	}
	return cli.StatusDone
}

func (d *document) add(r result) {
	d.Summary[r.Status]++
	if r.Status == skipped {
		d.Skipped[string(r.Refusal.Kind)]++
		return
	}
	if !d.listed {
		return
	}
	text, err := plain(r)
	if err != nil {
		d.Error = &message{What: fmt.Sprintf("bug: the result of %s cannot be worded: %v", r.File, err), Hint: "please report it"}
	} else {
		d.Results = append(d.Results, text)
	}
}

func newDocument(q *request) *document {
	return &document{Schema: 1, Action: q.action, DryRun: q.dryRun, Results: []json.RawMessage{}, Summary: map[status]int{}, Skipped: map[string]int{}, listed: q.json}
}

// plain is JSON that leaves < and & alone.
func plain(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

func (d *document) write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

// usageJSON answers a wrong command line.
func usageJSON(w io.Writer, f *flags, err error) error {
	m := &message{What: err.Error()}
	if u, ok := err.(*cli.Usage); ok {
		m.Hint = u.Hint
	}
	d := newDocument(&request{action: f.action()})
	d.Error, d.Exit = m, cli.StatusUsage
	if err := d.write(w); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return cli.Status(cli.StatusUsage)
}
