import { words } from "../grammar.ts";
import type { Theme } from "../theme.ts";

export const software: Theme = {
  label: "software",
  sources: ["Release Notes", "Stack & Heap", "The Changelog Daily"],
  grammar: {
    title: [
      "{project#1} {2-19}.{0-9} adds {feature#1}",
      "Critical flaw in {project#1} lets attackers {attack}",
      "How we moved from {tech#1} to {tech#2}",
      "{project#1} drops support for {tech#1}",
      "Outage at cloud provider traced to {cause}",
      "Why our {component#1} was slow, and how we fixed it",
    ],
    lead: [
      "Version {2-19}.{0-9} of the open-source {component#1} {project#1} brings {feature#1} and fixes {12-190} bugs.",
      "Maintainers of {project#1} patched a security hole {when} that let attackers {attack} through a crafted request.",
      "After {count} months our team has moved the {component#1} from {tech#1} to {tech#2} and deleted {3-90},000 lines of code.",
      "A {cause} took the {component#1} of a large cloud provider offline for {2-14} hours {when}.",
      "Developers can now use {feature#1} in {project#1} without changing their {tech#1} code.",
      "Profiling showed that our {component#1} spent {30-85} percent of its time in {tech#1} serialisation.",
      "The maintainers of {project#1} will end support for {tech#1} in {month} and ask users to migrate to {tech#2}.",
    ],
    detail: [
      "The new compiler pass cuts build times by {10-70} percent on a {4-64}-core machine.",
      "Memory use dropped from {2-30} gigabytes to {100-900} megabytes after the leak in the {component} was found.",
      "The fix is a {2-40}-line patch with a regression test, merged by {person}.",
      "The API stays compatible, but {feature} is switched on by a flag in the configuration file.",
      "The bug was introduced {count} releases ago in a refactoring of the {component}.",
      "Latency at the 99th percentile fell to {4-90} milliseconds under {2-60},000 requests a second.",
    ],
    closing: [
      '"{remark}," {said} maintainer {person} in the pull request.',
      "Packages for Linux, macOS and Windows are on the download page.",
      "Users should upgrade at once and rotate their access tokens.",
      "The source code is on GitHub under the {MIT|Apache 2.0|MPL} licence.",
    ],
    remark: [
      "delete the cache first and ask questions later",
      "the slowest query is the one you did not index",
      "we should have written the integration test two years ago",
      "{tech#1} served us well until the data stopped fitting in memory",
      "nobody reads the stack trace to the end",
    ],
    project: words(
      "Ferrule, Quaylog, TinyMesh, Papyr, Lanternfish, Kettle, Brisk, Orrery, Gantry, Mosscap, Wharf, Tangent, Sparrow DB, Nimbus Lint, Latchkey, Hopper",
    ),
    component: words(
      "database driver, message queue, web framework, build system, package manager, text editor, container scheduler, search index, authentication service, API gateway, log collector, test runner",
    ),
    tech: words(
      "Python, Rust, PostgreSQL, Kubernetes, TypeScript, Redis, Java 8, GraphQL, MongoDB, WebAssembly, Go, jQuery, C++, Kafka",
    ),
    feature: words(
      "incremental compilation, async iterators, row-level security, dark mode, type inference, hot reload, offline sync, vector search, zero-copy parsing, structured logging, a plugin API, lazy loading",
    ),
    attack: ["run arbitrary code", "read private keys", "bypass login", "crash the server", "steal session cookies"],
    cause: words(
      "expired certificate, botched deployment, DNS misconfiguration, runaway cron job, full disk, race condition, bad feature flag, memory leak",
    ),
  },
};
