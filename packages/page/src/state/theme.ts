import { computed, effect, signal } from "@preact/signals";

const PLACE = "eddy-theme";
const CHOICES = ["auto", "light", "dark"] as const;
export type Theme = (typeof CHOICES)[number];

const stored = localStorage.getItem(PLACE);
export const theme = signal<Theme>(CHOICES.find((choice) => choice === stored) ?? "auto");

const systemDark = matchMedia("(prefers-color-scheme: dark)");
const system = signal(systemDark.matches);
systemDark.addEventListener("change", ({ matches }) => {
  system.value = matches;
});

export const isDark = computed(() => (theme.value === "auto" ? system.value : theme.value === "dark"));

/** Auto, light, dark, and around again. */
export function nextTheme(): void {
  theme.value = CHOICES[(CHOICES.indexOf(theme.value) + 1) % CHOICES.length]!;
  if (theme.value === "auto") localStorage.removeItem(PLACE);
  else localStorage.setItem(PLACE, theme.value);
}

export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = isDark.value ? "dark" : "light";
  });
}

const reduced = matchMedia("(prefers-reduced-motion: reduce)");
/** A person asked for less motion. */
export const isStill = (): boolean => reduced.matches;
