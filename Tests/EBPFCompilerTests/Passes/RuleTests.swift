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

    @Test(arguments: [
        ("GPL-2.0-only", true), ("GPL-2.0-or-later", true), ("GPL-2.0-only OR MIT", true), ("BSD-3-Clause OR GPL-2.0", true), ("GPL", true),
        ("MIT", false), ("BSD-3-Clause", false), ("Apache-2.0", false), ("GPL-3.0-only", false),
    ])
    func licencesThatTheKernelTakesForTheGPLAreKnown(expression: String, isGPL: Bool) {
        let license = SourceLicense.kernelName(expression[...])
        #expect(SourceLicense.isGPL(license) == isGPL, "\(license)")
        let call = KernelCall("%1 = call i64 inttoptr (i64 6 to ptr)(ptr @format, i32 6)")
        #expect(call.map { LicenseRules.complaint(about: $0, license: license, functions: []) == nil } == isGPL)
    }

    @Test func helpersThatAnybodyMayCallAreNotAskedForTheLicence() throws {
        let time = try #require(KernelCall("%1 = call i64 inttoptr (i64 5 to ptr)()"))
        #expect(LicenseRules.complaint(about: time, license: "MIT", functions: []) == nil)
        let function = try #require(KernelCall("%1 = call ptr @bpf_task_from_pid(i32 1)"))
        #expect(LicenseRules.complaint(about: function, license: "MIT", functions: ["bpf_task_from_pid"])?.contains("function of the kernel") == true)
        #expect(LicenseRules.complaint(about: function, license: "MIT", functions: []) == nil)
    }

    @Test(arguments: [
        ("var count = 0", true), ("private var count: Int = 0", true), ("nonisolated(unsafe) var count = 0", false), ("let count = [1, 2]", false),
        ("nonisolated(unsafe) @usableFromInline var count = 0", false),
    ])
    func plainVariablesAreWarnedOfUnlessTheirAuthorKnows(line: String, isWarnedOf: Bool) {
        #expect((GlobalRules.warning(aboutVariable: "count", "Int", declaredIn: line) != nil) == isWarnedOf)
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
