// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Foundation
import Testing

/// The page that says what attaches the programs of each section.
@Suite struct AttachingPageTests {
    @Test func everyKindOfSectionStandsInTheTable() throws {
        let page = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Documentation/Attaching.md"), encoding: .utf8)
        // The first column of the table, as words between its marks of code.
        let sections = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap { $0.split(separator: "|").first }
            .flatMap { $0.split(separator: "`") }
        let beginnings = Set(sections.map { $0.prefix { $0 != "/" } })
        for definition in SectionDefinition.known {
            var name = definition.prefix
            // The page says once what programs that may sleep, and writable ones, are called.
            for ending in [".s", ".w"] where name.hasSuffix(ending) { name.removeLast(2) }
            let beginning = name.prefix { $0 != "/" }
            #expect(beginnings.contains(beginning) || beginning == "cgroup" && page.contains("all else of cgroups"), "\(definition.prefix)")
        }
    }
}
