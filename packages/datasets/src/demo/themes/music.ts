import { words } from "../grammar.ts";
import type { Theme } from "../theme.ts";

export const music: Theme = {
  label: "music",
  sources: ["B-Side", "Encore", "The Listening Room"],
  grammar: {
    title: [
      '{band#1} announce {genre#1} album "{album#1}"',
      "Review: {band#1} at the {hall#1}",
      "{person#1} swaps {instrument#1} for {instrument#2} on new record",
      "{city#1} orchestra opens season with {composer#1}",
      "Unheard {composer#1} {work} found in an attic",
      "{band#1} split up after {count} albums",
    ],
    lead: [
      '{band#1} release their {adjective} {genre#1} album "{album#1}" {when}, recorded in {count} days in a studio in {city}.',
      "Singer {person#1} played the {hall#1} {when} with only a {instrument#1} and a choir of {12-60}.",
      "The {city#1} philharmonic opened its season with {composer#1}'s {work}, conducted by {person#2}.",
      'On "{album#1}", {person#1} trades the {instrument#1} for {instrument#2} and the {genre} of the early songs for {genre#1}.',
      "A manuscript of a {work} by {composer#1} turned up in {city} {when} and will be performed by pianist {person#1}.",
      "{band#1} headlined the {genre#1} festival in {city} {when} before {4-60},000 listeners.",
      'The vinyl reissue of "{album#1}" by {band#1} adds {count} demo tracks and a live recording.',
    ],
    detail: [
      "The opening track builds on a {instrument} riff and a drum machine for {3-11} minutes.",
      "The second movement was taken slowly, and the {instrument} solo drew long applause.",
      "Lyrics circle around {topic}, sung in a low, {adjective} voice.",
      "Producer {person} mixed the songs on tape and left the wrong notes in.",
      "The encore brought {count} old hits and a cover version on {instrument}.",
      "Critics hear echoes of {genre} and {genre} in the chord changes.",
    ],
    closing: [
      '"{remark}," {said} {person#1}.',
      "The tour ends in {city} in {month}.",
      "Tickets for the concert sold out within {4-55} minutes.",
      "The single has been streamed {2-95} million times.",
    ],
    remark: [
      "a song is finished when nothing more can be taken out",
      "we wrote the chorus in a car park behind the venue",
      "I wanted the {instrument#1} to sound like rain on a tin roof",
      "playing {composer#1} is like talking to an old friend",
      "the band listens more than it plays these days",
    ],
    band: words(
      "The Paper Lanterns, Glasshouse Choir, Velvet Tram, Night Bus Quartet, Salt & Cedar, Low Tide Radio, The Ninth Pigeon, Marble Arcade, Honeytrap, " +
        "Static Orchard, Wolfmother's Aunt, Copper Sundays, Blue Semaphore, The Understudies, Polar Disco",
    ),
    album: words(
      "Winter Ferry, Hollow Bones, Seven Small Rooms, Afterglow, Letters to Nobody, Static Bloom, Long Division, Paper Moonlight, Second Skin, Undertow, Quiet Machines, The Last Arcade, Salt Hymns",
    ),
    genre: words(
      "folk, jazz, synth-pop, hip-hop, techno, soul, shoegaze, bossa nova, punk, ambient, afrobeat, country, indie rock, blues",
    ),
    instrument: words(
      "piano, cello, synthesiser, trumpet, banjo, electric guitar, violin, saxophone, accordion, harp, double bass, clarinet",
    ),
    composer: words(
      "Schubert, Clara Schumann, Bartok, Ravel, Shostakovich, Bach, Debussy, Sibelius, Mahler, Britten, Haydn",
    ),
    work: ["string quartet", "symphony", "piano sonata", "mass", "violin concerto", "song cycle", "overture"],
    hall: words(
      "Concertgebouw, Harbour Hall, Apollo, Roundhouse, Elbphilharmonie, Opera House, Jazz Cellar, Velodrome",
    ),
    topic: words("lost trains, first love, grief, night shifts, leaving home, insomnia, seaside towns, old friends"),
    adjective: words("raw, tender, hushed, playful, brooding, warm, restless, stripped-down, orchestral, debut"),
  },
};
