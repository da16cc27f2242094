// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EBPFCompiler

/// Rules that look at words.
@Suite struct RuleTests {
    @Test(arguments: [
        ("nothing", 0), ("", 0), ("%d", 1), ("100 %%", 0), ("%d%% of %llu", 2), ("%%%d", 1), ("%pks %s%x", 3), ("%", 1), ("%%%%", 0), ("%-8s|", 1),
    ])
    func conversionsAreCounted(format: String, count: Int) {
        #expect(LogRules.conversions(format.utf8) == count)
    }

    private func complaint(_ call: String, _ format: String = "%d %d") -> String? {
        HelperCall(call[...]).flatMap { LogRules.complaint(about: $0) { $0 == "format" ? Array(format.utf8) + [0] : nil } }
    }

    @Test func asManyValuesArePassedAsTheFormatHasConversions() {
        #expect(complaint("%1 = call i64 inttoptr (i64 6 to ptr)(ptr @format, i32 6, i64 %2, i64 %3)") == nil)
        #expect(
            complaint("%1 = call i64 inttoptr (i64 6 to ptr)(ptr @format, i32 6, i64 %2)")?.hasPrefix(
                "the format has 2 conversions, and 1 value is passed") == true)
        #expect(
            complaint("%1 = call i64 inttoptr (i64 6 to ptr)(ptr @format, i32 6)", "%d")?.hasPrefix(
                "the format has 1 conversion, and 0 values are passed") == true)
        // Other helpers, and formats that are not known.
        #expect(complaint("%1 = call i64 inttoptr (i64 5 to ptr)(ptr @format, i32 6)") == nil)
        #expect(complaint("%1 = call i64 inttoptr (i64 6 to ptr)(ptr %0, i32 6)") == nil)
    }

    @Test(arguments: [("größe", false), ("a b", false), ("1a", false), ("+", false), ("size_1", true), ("_x", true), ("Größe", false), ("x²", false)])
    func namesAreMadeOfWhatCKnows(name: String, isTaken: Bool) {
        #expect((GlobalRules.complaint(aboutName: name) == nil) == isTaken)
    }

    @Test func wordsCountOutsideOfCommentsAndTexts() throws {
        let text = """
            // async in a comment
            let text = "async \\" await" /* actor
            async */ let asyncValue = 1
            func f() async {}
            """
        let place = try #require(SourceWords.concurrency(in: [KernelHalfSource(path: "/x.swift", text: text)]))
        #expect(place.word == "async")
        #expect(place.message("no") == "/x.swift:4:10: error: no")
        #expect(SourceWords.concurrency(in: [KernelHalfSource(path: "/x.swift", text: "let awaiting = \"Task\" // await")]) == nil)
    }
}
