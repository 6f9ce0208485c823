// Charts of the live columns: uPlot drawn in the page's own colours.
import { bytes, h, setText, short } from './lib.js'
import { data, listen } from './live.js'

const charts = new Set()
const powersOfTwo = Array.from({ length: 50 }, (_, i) => 2 ** i)
const sync = () => (sync.group ??= window.uPlot.sync('kiln'))

let probe
/** A custom property as the colour it is in the theme that is on. */
export function colour(name, alpha = 1) {
  if (!probe) {
    probe = h('span', { hidden: true })
    document.body.append(probe)
  }
  probe.style.color = `var(--${name})`
  const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g)
  return `rgb(${r} ${g} ${b} / ${alpha})`
}

/** Redraws everything in other colours. */
export function repaint() {
  for (const chart of charts) chart.build()
}

export const range = { minutes: 10 }

export function setRange(minutes) {
  range.minutes = minutes
  for (const chart of charts) chart.update(true)
}

/**
 * A card with a chart. `series`: name of the column, label, colour; `format` of values;
 * `least` the smallest top of the scale, so that nothing much does not look like a mountain.
 */
export function chart(page, { title, hint, series, format = short, least = 1, area = true, top }) {
  const values = series.map((one) => h('span', { class: 'legend-value' }, '–'))
  const legend = h('div', { class: 'legend' },
    series.map((one, i) => h('span', { class: 'legend-item' }, h('i', { class: `dot ${one.colour}` }), h('span', { class: 'legend-label' }, one.label), values[i])))
  const stage = h('div', { class: 'chart-stage', role: 'img', 'aria-label': `${title}, as a chart over time` })
  const card = h('section', { class: 'card chart' }, h('header', {}, h('h2', { title: hint }, title), legend), stage)
  let plot = null

  const width = () => Math.max(120, stage.clientWidth - 16)
  const columnsOf = () => {
    const from = Date.now() / 1000 - range.minutes * 60
    let start = data.t.findIndex((t) => t >= from)
    if (start < 0) start = data.t.length
    return [data.t.slice(start), ...series.map((one) => (data[one.column] ?? []).slice(start))]
  }
  const tell = (index) => {
    series.forEach((one, i) => {
      const column = plot?.data[i + 1]
      const value = column && column.length ? column[index ?? column.length - 1] : null
      setText(values[i], value === null || value === undefined ? '–' : format(value))
    })
  }
  const options = () => {
    const grid = { stroke: colour('line'), width: 1 }
    const axis = { stroke: colour('muted'), font: '11px Inter, system-ui, sans-serif', ticks: { show: false }, border: { show: false } }
    return {
      width: width(), height: 150, pxAlign: 1,
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: sync().key }, y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: {
        x: { time: true, range: span },
        y: { range: (u, min, max) => [0, Math.max(top?.() ?? 0, least, (max ?? 0) * 1.12)] },
      },
      axes: [
        { ...axis, grid: { show: false }, space: 70, size: 24, values: (u, splits) => splits.map(clock) },
        { ...axis, grid, size: 52, space: 34, ...(format === bytes ? { incrs: powersOfTwo } : {}), values: (u, splits) => splits.map((v) => (v === 0 ? '0' : format(v))) },
      ],
      series: [
        {},
        ...series.map((one, i) => ({
          stroke: colour(one.colour), width: 1.75, spanGaps: one.gaps ?? false,
          fill: area && i === 0 ? (u) => gradient(u, one.colour) : undefined,
          points: { show: false },
        })),
      ],
      hooks: { setCursor: [(u) => tell(u.cursor.idx ?? undefined)] },
    }
  }
  const self = {
    build() {
      plot?.destroy()
      plot = null
      if (stage.clientWidth > 0) {
        plot = new window.uPlot(options(), columnsOf(), stage)
        tell()
      }
    },
    update() {
      if (!plot) return self.build()
      plot.setData(columnsOf())
      if (plot.cursor.idx === null || plot.cursor.idx === undefined || plot.cursor.left < 0) tell()
    },
  }
  const resize = new ResizeObserver(() => {
    if (!plot) self.build()
    else if (Math.abs(plot.width - width()) > 1) plot.setSize({ width: width(), height: 150 })
  })
  resize.observe(stage)
  charts.add(self)
  const stop = listen(() => self.update())
  page.onleave(() => {
    stop()
    resize.disconnect()
    charts.delete(self)
    plot?.destroy()
  })
  return card
}

/** The time asked for; while the node has less of a past than that, from its beginning. */
function span() {
  const now = Date.now() / 1000
  const from = now - range.minutes * 60
  return [Math.max(from, Math.min(data.t[0] ?? from, now - 90)), now]
}

function clock(seconds) {
  const date = new Date(seconds * 1000)
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}${date.getSeconds() ? ':' + String(date.getSeconds()).padStart(2, '0') : ''}`
}

function gradient(u, name) {
  const { top, height } = u.bbox
  if (!Number.isFinite(top) || height <= 0) return colour(name, 0.1)
  const fill = u.ctx.createLinearGradient(0, top, 0, top + height)
  fill.addColorStop(0, colour(name, 0.28))
  fill.addColorStop(1, colour(name, 0.02))
  return fill
}
