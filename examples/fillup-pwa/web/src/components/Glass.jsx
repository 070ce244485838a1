// The glass: what was drunk lies in it in layers, in the order in which it was drunk, and reaches the mark with the day's goal.
import { useEffect, useRef, useState } from 'react';
import { amount } from '../model/kinds.js';
import { BOTTOM, layersOf, MARK } from '../model/layers.js';

const WAVE = 'M-100 0 q12.5 -7 25 0 t25 0 t25 0 t25 0 t25 0 t25 0 t25 0 t25 0 t25 0 t25 0 t25 0 t25 0 t25 0 t25 0 V480 H-100 Z';
const BUBBLES = [62, 84, 101, 122, 138];

/** @param {{ view: { day: string, drinks: import('../model/outbox.js').Drink[], goal: number, total: number } }} props */
export function Glass({ view: { day, drinks, goal, total } }) {
  const layers = layersOf(drinks, goal);
  const percent = Math.round(100 * total / goal);
  const cheering = useCheer(day, total, goal);
  return (
    <div
      className={`glass ${cheering ? 'cheering' : ''}`}
      role="progressbar"
      data-testid="progress"
      aria-label="Drunk of the goal"
      aria-valuemin={0}
      aria-valuemax={goal}
      aria-valuenow={Math.min(total, goal)}
      aria-valuetext={`${amount(total)} of ${amount(goal)}, ${percent} percent`}
    >
      <svg viewBox="0 0 240 250" aria-hidden="true" focusable="false">
        <linearGradient id="roundness">
          <stop className="round-edge" offset="0" />
          <stop className="round-middle" offset=".3" />
          <stop className="round-middle" offset=".75" />
          <stop className="round-edge" offset="1" />
        </linearGradient>
        <clipPath id="inside"><path d="M24 10 L38.8 210 Q40 223 56 223 H144 Q160 223 161.2 210 L176 10 Z" /></clipPath>
        <ellipse className="shadow" cx="100" cy="238" rx="66" ry="7" />
        <g clipPath="url(#inside)">
          <rect className="air" x="20" y="10" width="160" height="220" />
          {layers.map(({ kind, level }, index) => (
            <g key={index} className={`layer kind-${kind}`} style={/** @type {any} */ ({ '--level': `${level}px` })}>
              {index === layers.length - 1 ? <path className="wave moving" d={WAVE} /> : <path className="wave" d={WAVE} transform={`translate(${index * 17} 0) scale(1.3 .5)`} />}
            </g>
          )).reverse()}
          {total > 0 && BUBBLES.map((x, index) => <circle key={x} className={`bubble bubble-${index}`} cx={x} cy="214" r={1.6 + (index % 3) * 0.8} />)}
          <rect x="24" y="10" width="152" height="220" fill="url(#roundness)" />
          <path className="shine" d="M42 26 L54 206 L66 206 L58 26 Z" />
        </g>
        <path className="wall" d="M22 12 L36.5 212 Q38 230 56 230 H144 Q162 230 163.5 212 L178 12" />
        {[0.25, 0.5, 0.75, 1].map((part) => {
          const y = BOTTOM - part * (BOTTOM - MARK);
          const wall = 176 - (14.8 * (y - 10)) / 200;
          return (
            <g key={part} className={part === 1 ? 'mark goal' : 'mark'}>
              <path d={part === 1 ? `M${200 - wall} ${y} H${wall}` : `M${wall - 13} ${y} H${wall - 2}`} />
              <text x="187" y={y + 5}>{Math.round(goal * part)}</text>
            </g>
          );
        })}
        <g className="sparks">{BUBBLES.map((x, index) => <circle key={x} className={`spark spark-${index}`} cx={x} cy="24" r="5" />)}</g>
      </svg>
    </div>
  );
}

/**
 * True for a while once the goal of the shown day is reached by drinking, not by looking at another day.
 * @param {string} day
 * @param {number} total
 * @param {number} goal
 */
function useCheer(day, total, goal) {
  const before = useRef({ day, total });
  const [cheering, setCheering] = useState(false);
  useEffect(() => {
    const last = before.current;
    before.current = { day, total };
    if (last.day !== day || last.total === 0 || last.total >= goal || total < goal) return undefined;
    setCheering(true);
    const timer = setTimeout(() => setCheering(false), 2500);
    return () => clearTimeout(timer);
  }, [day, total, goal]);
  return cheering;
}
