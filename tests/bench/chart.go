package main

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// bar is one line of the chart.
type bar struct {
	label, id string
	ours      bool
}

var chartGroups = []struct {
	title string
	bars  []bar
}{
	{"hello", chartBars("hello")},
	{"an empty program", chartBars("empty")},
	{"a program with a library in $ORIGIN", chartBars("libs")[:2]},
	{"a glibc hello, retrofitted", []bar{
		{"the original, a second copy", "startup.retrofit.control", false},
		{"retrofitted", "startup.retrofit.runpath", true},
		{"with hwcaps links", "startup.retrofit.hwcaps", true},
	}},
	{"a musl hello, retrofitted", []bar{
		{"the original, a second copy", "startup.retrofit.musl.control", false},
		{"retrofitted", "startup.retrofit.musl", true},
	}},
}

func chartBars(program string) []bar {
	return []bar{
		{"PT_INTERP, a second copy", "startup." + program + ".control", false},
		{"-relinterp", "startup." + program + ".relinterp", true},
		{"ld-musl ./" + program, "startup." + program + ".direct", false},
		{"-static", "startup." + program + ".static", false},
	}
}

const (
	chartWidth  = 760
	chartLeft   = 210 // labels end here, bars begin
	chartRight  = 600 // the widest bar ends here, its figure follows
	chartTop    = 64
	lineHeight  = 26
	groupHeight = 34
)

// chartStyle follows the reader's light or dark setting.
const chartStyle = `
text { font: 14px sans-serif; fill: #24292f }
.title { font-weight: bold }
.quiet { fill: #57606a; font-size: 12px }
.bar { fill: #8c959f }
.ours { fill: #0969da }
.spread, .one { stroke: #24292f; stroke-width: 1.5 }
.one { stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.quiet { fill: #9198a1 }
.bar { fill: #6e7681 }
.ours { fill: #4493f8 }
.spread, .one { stroke: #e6edf3 }
}
`

// chart draws the start-up ratios as bars from zero, with the spread of each median and a line
// where PT_INTERP stands.
func chart(r Report) string {
	rows := map[string]Row{}
	widest := 1.1
	for _, row := range r.Rows {
		rows[row.ID] = row
		if strings.HasPrefix(row.ID, "startup.") {
			widest = max(widest, row.Value, row.Spread.High)
		}
	}
	x := func(ratio float64) float64 { return chartLeft + ratio/widest*(chartRight-chartLeft) }

	var body strings.Builder
	y := chartTop
	for _, group := range chartGroups {
		y += groupHeight
		text(&body, "title", 16, y-12, "start", group.title)
		for _, b := range group.bars {
			drawBar(&body, x, y, b, rows[b.id])
			y += lineHeight
		}
	}
	fmt.Fprintf(&body, `<line class="one" x1="%.1f" x2="%.1[1]f" y1="%d" y2="%d"/>`+"\n", x(1), chartTop, y)
	return wrapSVG(body.String(), y+16)
}

func drawBar(w *strings.Builder, x func(float64) float64, y int, b bar, row Row) {
	class := "bar"
	if b.ours {
		class = "ours"
	}
	middle := y + 9
	text(w, "", chartLeft-10, y+14, "end", b.label)
	fmt.Fprintf(w, `<rect class="%s" x="%d" y="%d" width="%.1f" height="18" rx="2"/>`+"\n",
		class, chartLeft, y, x(row.Value)-chartLeft)
	fmt.Fprintf(w, `<line class="spread" x1="%.1f" x2="%.1f" y1="%d" y2="%[3]d"/>`+"\n",
		x(row.Spread.Low), x(row.Spread.High), middle)
	text(w, "", int(x(max(row.Value, row.Spread.High, 1)))+10, y+14, "start", row.Unit.format(row.Value))
}

func text(w *strings.Builder, class string, x, y int, anchor, content string) {
	var escaped strings.Builder
	xml.EscapeText(&escaped, []byte(content))
	fmt.Fprintf(w, `<text class="%s" x="%d" y="%d" text-anchor="%s">%s</text>`+"\n", class, x, y, anchor, escaped.String())
}

func wrapSVG(body string, height int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%d" role="img" aria-labelledby="t">`+"\n",
		chartWidth, height)
	b.WriteString("<title id=\"t\">Start-up time against the same program with PT_INTERP</title>\n<style>" + chartStyle + "</style>\n")
	text(&b, "title", 16, 26, "start", "Start-up time against the same program with PT_INTERP")
	text(&b, "quiet", 16, 46, "start", "median of paired runs; shorter is better; dashed line: PT_INTERP = 1; mark at a bar's end: the median's 95 % interval")
	b.WriteString(body)
	b.WriteString("</svg>\n")
	return b.String()
}
