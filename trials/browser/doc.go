// Package browser drives a real browser, headless Chromium, through the portals' pages
// over the whole local service, as holders would: by what the pages say, with mouse,
// fingers or keyboard.
//
// It is all tests. They look for chromium, chromium-browser or google-chrome on the PATH,
// or for the program that CHROME names; without one the package says so and is skipped.
// Every test's pages may write no error to the console. Screenshots go to out/e2e.
package browser
