// The trend chart, drawn from the page's own JSON. Without this file the table below it says the same.
"use strict";

document.documentElement.classList.add("js");

(() => {
  const INK2 = "#55605f", SAND = "#f1eadc", LINE = "#e3d9c6", LINE2 = "#8c8370";
  const UNHAPPY = "#cf6a3d", BAND = "#fce9df", TEXT1 = "#8f3a1b";
  const FONT = '"Be Vietnam Pro", system-ui, sans-serif';
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  const bandSeries = (data) => [
    { type: "line", stack: "band", data: data.low, symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } },
    {
      type: "line", stack: "band", data: data.spread, symbol: "none", silent: true, lineStyle: { opacity: 0 },
      areaStyle: { color: BAND, opacity: 1 }, tooltip: { show: false },
    },
  ];

  const beforeSeries = (data) => ({
    type: "line", data: data.before, symbol: "none", silent: true, z: 3, connectNulls: true,
    lineStyle: { color: INK2, width: 2, type: [4, 5] }, tooltip: { show: false },
  });

  // Only the last rated day carries its value: a number on every point would hide the line.
  const lastPoint = (data) => ({ coord: [data.last.at, data.rates[data.last.at]], value: data.last.words });

  const rateSeries = (data) => ({
    type: "line", data: data.rates, symbol: "circle", symbolSize: 7, showSymbol: data.rates.length < 46, z: 4,
    lineStyle: { color: UNHAPPY, width: 3 }, itemStyle: { color: UNHAPPY, borderColor: "#fff", borderWidth: 1.5 },
    markPoint: {
      symbol: "circle", symbolSize: 13, silent: true, data: [lastPoint(data)],
      itemStyle: { color: TEXT1, borderColor: "#fff", borderWidth: 2 },
      label: { position: "top", distance: 6, color: TEXT1, fontFamily: FONT, fontWeight: 800, fontSize: 15, formatter: (mark) => mark.value },
    },
  });

  // Lines as elements, never as markup: markup of ECharts' own would carry style attributes, which the
  // policy forbids, and its canvas tooltip cannot take our letters.
  const tip = (words) => {
    const box = document.createElement("div");
    box.className = "tip";
    box.append(...words.split("\n").map((line) => {
      const row = document.createElement("div");
      row.textContent = line;
      return row;
    }));
    return box;
  };

  const tooltip = (data) => ({
    trigger: "axis", confine: true, backgroundColor: "#fff", borderColor: LINE, padding: 0, transitionDuration: 0,
    axisPointer: { lineStyle: { color: LINE2 } },
    formatter: (points) => tip(data.tips[points[0].dataIndex]),
  });

  const axes = (data) => ({
    xAxis: {
      type: "category", data: data.days, boundaryGap: false, axisTick: { show: false },
      axisLine: { lineStyle: { color: LINE2, width: 1.5 } },
      axisLabel: { color: INK2, fontFamily: FONT, fontSize: 13, hideOverlap: true, margin: 12 },
    },
    yAxis: {
      type: "value", min: 0, max: data.top, interval: data.step, splitLine: { lineStyle: { color: SAND, width: 1.5 } },
      axisLabel: { color: INK2, fontFamily: FONT, fontSize: 13, formatter: (value) => `${value}%` },
    },
  });

  const option = (data) => ({
    animation: !calm, animationDuration: 180, textStyle: { fontFamily: FONT },
    grid: { left: 8, right: 28, top: 24, bottom: 4, containLabel: true },
    tooltip: tooltip(data), ...axes(data), series: [...bandSeries(data), beforeSeries(data), rateSeries(data)],
  });

  const draw = (box) => {
    const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const locale = document.documentElement.lang === "vi" ? "VI" : "EN";
    const chart = window.echarts.init(box, null, { renderer: "canvas", locale });
    chart.setOption(option(data));
    new ResizeObserver(() => chart.resize()).observe(box);
  };

  // The canvas takes the font once: drawing before it has arrived would keep the fallback's letters.
  document.fonts.load(`600 13px ${FONT}`, "Ậ").finally(() => document.querySelectorAll("[data-chart]").forEach(draw));
})();
