/* The charts: drawn as SVG out of the same JSON that programs read. Each has a table beside it that says the same. */
"use strict";

const CHINESE = document.documentElement.lang === "zh";
const said = (zh, en) => (CHINESE ? zh : en);
const FONT = '"Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", system-ui, sans-serif';
const INK = "#1b2330";
const COLOURS = { running: "#1d6b3a", suspended: "#6b7280", met: "#2f6f9f", cancelled: "#b3987a", overdue: "#b3261e" };
const LANES = { supervisor: "#0b4f9e", subject: "#7a4a00", government: "#6a1b7a", party: "#00695c", system: "#6b7280", others: "#37474f" };
const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const narrow = () => window.innerWidth < 640;

function base(told) {
  return {
    animation: false,
    aria: { enabled: true, label: { description: told } },
    textStyle: { fontFamily: FONT, color: INK },
    tooltip: { renderMode: "richText", confine: true, textStyle: { fontSize: 12, fontFamily: FONT } },
  };
}

/* --- the timeline: lanes, each with its entries and below them its clocks as bars ------------------------------- */

function timeline(found, told) {
  const rows = [];
  for (const lane of found.lanes) {
    const events = found.events.filter((event) => event.lane === lane.lane);
    const clocks = found.deadlines.filter((clock) => clock.lane === lane.lane);
    if (events.length || clocks.length) {
      rows.push({ lane, label: said(lane.zh, lane.en), events });
      for (const clock of clocks) rows.push({ lane, clock, label: said(clock.title_zh, clock.title_en) });
    }
  }
  const kinds = {
    entry: { name: said("记录", "entry"), symbol: "circle", size: 10, mark: () => "" },
    document: { name: said("文书", "document"), symbol: "pin", size: 26, mark: (events) => events.filter((e) => e.pin === "issued").map((e) => e.number).join("\n") },
    late: { name: said("补录", "recorded late"), symbol: "diamond", size: 15, mark: () => said("补录", "late") },
    correction: { name: said("更正", "correction"), symbol: "triangle", size: 13, mark: (events) => `${said("更正", "corrects")} #${events[0].corrects}` },
  };
  const points = { entry: [], document: [], late: [], correction: [] };
  rows.forEach((row, at) => {
    const days = new Map();
    for (const event of row.events || []) {
      const kind = event.corrects ? "correction" : event.late ? "late" : event.pin ? "document" : "entry";
      const key = `${event.on} ${kind}`;
      days.set(key, { kind, on: event.on, events: [...(days.get(key) || { events: [] }).events, event] });
    }
    for (const { kind, on, events } of days.values()) {
      points[kind].push({ value: [on, at], events, itemStyle: { color: kind === "late" ? "#9a5b00" : kind === "correction" ? "#8e24aa" : LANES[row.lane.lane] } });
    }
  });
  const wide = narrow() ? 92 : 190;
  const series = Object.entries(points).map(([kind, data]) => ({
    type: "scatter",
    name: kinds[kind].name,
    symbol: kinds[kind].symbol,
    symbolSize: kinds[kind].size,
    symbolOffset: kind === "document" ? [0, "-30%"] : kind === "correction" ? [12, 0] : [0, 0],
    data,
    z: kind === "entry" ? 3 : 4,
    itemStyle: { color: kind === "late" ? "#9a5b00" : kind === "correction" ? "#8e24aa" : INK },
    label: { show: kind !== "entry", position: { document: "top", late: "left", correction: "bottom" }[kind] || "right", distance: 2, fontSize: 11, lineHeight: 14, color: INK, formatter: (p) => kinds[kind].mark(p.data.events) },
    labelLayout: { hideOverlap: kind === "document" },
    tooltip: { formatter: (p) => [p.data.value[0], ...p.data.events.map((e) => `#${e.entry.version} ${CHINESE ? e.entry.zh : e.entry.type}${e.number ? ` ${e.number}` : ""}${e.late ? ` · ${said("补录，记录于", "recorded late, on")} ${e.recorded_on}` : ""}${e.corrects ? ` · ${said("更正", "corrects")} #${e.corrects}` : ""}`)].join("\n") },
  }));
  const clocks = rows.map((row, at) => ({ row, at })).filter(({ row }) => row.clock);
  series.unshift({
    type: "custom",
    name: said("期限", "deadline"),
    clip: true,
    encode: { x: 0, y: 2 },
    data: clocks.map(({ row, at }) => ({ value: [row.clock.since, row.clock.until || (row.clock.overdue && row.clock.nature !== "right" ? found.day : row.clock.latest), at, row.clock.latest], clock: row.clock })),
    renderItem: (params, api) => bar(clocks[params.dataIndex].row.clock, found.day, api),
    tooltip: { formatter: (p) => `${said(p.data.clock.title_zh, p.data.clock.title_en)}\n${p.data.clock.since} – ${p.data.clock.latest}${(p.data.clock.overdue || p.data.clock.late) && p.data.clock.nature !== "right" ? ` ▲ ${said("逾期", "overdue")}` : ""}${p.data.clock.pauses.map((each) => `\n${said("中止", "paused")} ${each.since} – ${each.until || "…"}`).join("")}` },
    itemStyle: { color: COLOURS.running },
    markLine: { silent: true, symbol: "none", lineStyle: { color: INK, type: "dashed" }, label: { formatter: found.day, position: "start", distance: 18, fontSize: 11, fontWeight: "bold", color: INK }, data: [{ xAxis: found.day }] },
  });
  const days = [...found.events.map((event) => event.on), ...found.deadlines.flatMap((clock) => [clock.since, clock.latest, clock.until || clock.since])].sort();
  const last = days[days.length - 1];
  const beside = (on, by) => new Date(Date.parse(on) + by * 86400000).toISOString().slice(0, 10);
  const margin = Math.ceil((Date.parse(last) - Date.parse(days[0])) / 86400000 / 40) + 1;
  return {
    height: rows.length * 30 + (narrow() ? 146 : 126),
    option: {
      ...base(told),
      legend: {
        top: 0, left: 0, itemWidth: 14, textStyle: { fontSize: 12 },
        data: [{ name: said("期限", "deadline"), icon: "rect" }, ...Object.values(kinds).map(({ name, symbol }) => ({ name, icon: symbol === "pin" ? "path://M8 0a6 6 0 0 1 6 6c0 4-6 10-6 10S2 10 2 6a6 6 0 0 1 6-6z" : symbol }))],
      },
      grid: { left: wide + 10, right: narrow() ? 24 : 60, top: narrow() ? 96 : 76, bottom: 48 },
      xAxis: { type: "time", min: beside(days[0], -margin), max: beside(last, margin), axisLabel: { hideOverlap: true, fontSize: 11, color: INK, formatter: "{yyyy}-{MM}-{dd}" }, splitLine: { show: true, lineStyle: { color: "#e6e9ee" } }, minInterval: 86400000 },
      yAxis: { type: "category", inverse: true, data: rows.map((_, at) => at), axisTick: { show: false }, splitLine: { show: true, lineStyle: { color: "#e6e9ee" } }, axisLabel: { interval: 0, color: INK, width: wide, overflow: "truncate", fontSize: 12, formatter: (at) => (rows[at].clock ? `{clock|${rows[at].label}}` : `{lane|${rows[at].label}}`), rich: { lane: { fontWeight: "bold", fontSize: 12 }, clock: { fontSize: 11, color: "#4a5361" } } } },
      series,
    },
  };
}

/* A clock: a bar in the colour of its state, what lies after its end red and outlined, its pauses grey. */
function bar(clock, day, api) {
  const y = api.coord([clock.since, api.value(2)])[1];
  const x = (on) => api.coord([on, api.value(2)])[0];
  const high = 12;
  const box = (from, to, style) => ({ type: "rect", shape: { x: x(from), y: y - high / 2, width: Math.max(3, x(to) - x(from)), height: high }, style });
  const breach = clock.nature !== "right"; // a right that nobody used is none
  const end = clock.until || (clock.overdue && breach ? day : clock.latest);
  const inTime = end < clock.latest ? end : clock.latest;
  const dashed = clock.status === "provisional" ? { lineDash: [4, 3], stroke: INK, lineWidth: 1 } : {};
  const children = [box(clock.since, inTime, { fill: COLOURS[clock.state] || COLOURS.running, opacity: 0.75, ...dashed })];
  if (end > clock.latest && breach) children.push(box(clock.latest, end, { fill: COLOURS.overdue, stroke: INK, lineWidth: 1 }));
  for (const pause of clock.pauses) children.push(box(pause.since, pause.until || day, { fill: "#c3c7ce", stroke: "#6b7280", lineDash: [2, 2], lineWidth: 1 }));
  children.push({ type: "line", shape: { x1: x(clock.latest), y1: y - high, x2: x(clock.latest), y2: y + high }, style: { stroke: INK, lineWidth: 2 } });
  return { type: "group", children };
}

/* --- the chain of responsibility: from persons through posts to what was done, what ran out, and the article ------ */

const COLUMNS = ["person", "post", "organ", "thing", "deadline", "article"];
const SHAPES = {
  person: ["circle", "#0b4f9e"], post: ["roundRect", "#00695c"], organ: ["rect", "#37474f"],
  thing: ["diamond", "#6a1b7a"], deadline: ["triangle", "#b3261e"], article: ["rect", "#7a4a00"],
};
const KINDS = {
  person: ["人员", "person"], post: ["岗位", "post"], organ: ["机关", "organ"],
  thing: ["案卷、行为、文书", "file, act, document"], deadline: ["逾期的期限", "overdue deadline"], article: ["条文", "article"],
};

function responsibility(found, told, across) {
  const nodes = new Map();
  const links = [];
  const put = (id, column, name, tip, order) => nodes.has(id) || nodes.set(id, { id, column, name, tip, order });
  for (const node of found.graph.nodes) {
    const column = ["person", "organ", "deadline"].includes(node.kind) ? node.kind : "thing";
    const ref = node.ref === "sealed" ? said("密封", "sealed") : node.ref;
    const title = said(node.zh, node.en);
    put(node.id, column, ["person", "organ"].includes(column) ? ref : column === "deadline" ? title : node.number || `${title} ${ref}`, `${title} ${node.number || ref}${node.on ? ` · ${node.on}` : ""}`, node.on || "");
    if (node.article) {
      put(`article/${node.article}`, "article", node.article.split(":").pop(), node.article, node.article);
      links.push({ source: node.id, target: `article/${node.article}`, name: said("依据", "under"), soft: true });
    }
  }
  const held = new Set();
  for (const line of found.overdue) {
    for (const person of line.persons) {
      const deadline = found.graph.nodes.find((node) => node.kind === "deadline" && node.ref === line.deadline);
      if (!deadline || person.person === "sealed") continue;
      const post = `post/${person.organ}/${person.role}`;
      const role = said(person.role_zh, person.role_en);
      put(post, "post", role, `${role} · ${person.organ}`, role);
      for (const [source, target] of [[`person/${person.person}`, post], [post, deadline.id]]) {
        const key = `${source}>${target}`;
        if (nodes.has(source) && !held.has(key)) links.push({ source, target, name: said("逾期期间负有履责义务", "held the duty while overdue"), overdue: true });
        held.add(key);
      }
      held.add(`person/${person.person}>>${deadline.id}`);
    }
  }
  for (const edge of found.graph.edges) {
    if (edge.kind === "held-overdue" && held.has(`${edge.source}>>${edge.target}`)) continue;
    links.push({ source: edge.source, target: edge.target, name: said(edge.zh, edge.en), overdue: edge.kind === "held-overdue" });
  }
  const columns = COLUMNS.map((column) => [...nodes.values()].filter((node) => node.column === column).sort((a, b) => (a.order < b.order ? -1 : 1))).filter((column) => column.length);
  const most = Math.max(...columns.map((column) => column.length), 3);
  const [side, top, step] = [70, 60, 54]; // in pixels, so that nothing is stretched
  const apart = (across - 2 * side) / Math.max(1, columns.length - 1);
  const data = columns.flatMap((column, x) => column.map((node, y) => ({
    id: node.id,
    name: node.id,
    x: side + x * apart,
    y: top + ((y + 0.5) * most * step) / column.length,
    symbol: SHAPES[node.column][0],
    symbolSize: node.column === "article" ? 10 : 16,
    itemStyle: { color: SHAPES[node.column][1] },
    category: COLUMNS.indexOf(node.column),
    label: { show: true, position: "bottom", distance: 3, fontSize: 11, color: INK, formatter: short(node.name, 18), backgroundColor: "rgba(255,255,255,0.85)" },
    tip: node.tip,
  })));
  return {
    height: top + most * step + 20,
    option: {
      ...base(told),
      legend: { top: 0, left: 0, data: COLUMNS.filter((column) => columns.some((each) => each[0].column === column)).map((column) => ({ name: said(...KINDS[column]), icon: SHAPES[column][0] })), textStyle: { fontSize: 12 } },
      series: [{
        type: "graph",
        layout: "none",
        left: Math.min(...data.map((node) => node.x)), top: Math.min(...data.map((node) => node.y)),
        width: Math.max(1, (columns.length - 1) * apart), height: Math.max(1, Math.max(...data.map((node) => node.y)) - Math.min(...data.map((node) => node.y))),
        categories: COLUMNS.map((column) => ({ name: said(...KINDS[column]), symbol: SHAPES[column][0], itemStyle: { color: SHAPES[column][1] } })),
        data,
        links: links.map((link) => ({ source: link.source, target: link.target, said: link.name, lineStyle: { color: link.overdue ? COLOURS.overdue : "#8a93a0", width: link.overdue ? 2 : 1, type: link.soft ? "dotted" : "solid", curveness: link.soft ? 0 : 0.12, opacity: link.overdue ? 0.9 : 0.45 } })),
        edgeSymbol: ["none", "arrow"],
        edgeSymbolSize: 6,
        emphasis: { focus: "adjacency" },
        tooltip: { formatter: (p) => (p.dataType === "edge" ? p.data.said : p.data.tip) },
      }],
    },
  };
}

/* --- drawing --------------------------------------------------------------------------------------------------- */

const CHARTS = { timeline, responsibility };

async function draw(place) {
  if (place.dataset.drawn) return;
  place.dataset.drawn = "asked";
  const answer = await fetch(place.dataset.from, { headers: { Accept: "application/json" } });
  if (!answer.ok || !place.isConnected) return;
  const { height, option } = CHARTS[place.dataset.chart](await answer.json(), place.dataset.told, place.clientWidth);
  place.style.height = `${height}px`;
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption(option);
  new ResizeObserver(() => chart.resize()).observe(place);
  place.dataset.drawn = "yes";
}

const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
document.addEventListener("htmx:afterSettle", drawAll);
drawAll();
