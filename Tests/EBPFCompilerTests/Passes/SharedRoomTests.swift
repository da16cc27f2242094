// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EBPFCompiler

/// Which rooms on the stack are shared, and which are not.
@Suite struct SharedRoomTests {
    private func lines(_ text: String, filters: Set<String> = []) -> [String] {
        let body = text.split(separator: "\n").map(String.init)
        let function = IRFunction(
            name: "f", linkage: "", result: "i32", parameters: ["ptr %0"], section: "tp/a/b", attributes: 0, debug: nil, body: body)
        return SharedRooms.run(function, in: IRModule(), filters: filters).body
    }

    /// A function that fills one room for a call, and another one for a second call.
    private func twoCalls(first: String = "1", second: String = "3", word: String = "i32 %x", size: Int = 16, branch: String = "br label %then")
        -> String
    {
        """
        entry:
          %a = alloca [\(size) x i8], align 8
          %b = alloca [\(size) x i8], align 8
          %x = load i32, ptr %0, align 4
          %is = icmp eq i32 %x, 0
          br i1 %is, label %fill, label %then
        fill:                                             ; preds = %entry
          call void @llvm.lifetime.start.p0(i64 16, ptr nonnull %a)
          %a.8 = getelementptr inbounds nuw i8, ptr %a, i64 8
          store i64 0, ptr %a, align 8
          store i32 %x, ptr %a.8, align 8, !dbg !3
          %r = call i64 inttoptr (i64 \(first) to ptr)(ptr noundef nonnull @map, ptr noundef nonnull %a)
          call void @llvm.lifetime.end.p0(i64 16, ptr nonnull %a)
          \(branch)
        then:                                             ; preds = %fill
          %b.8 = getelementptr inbounds nuw i8, ptr %b, i64 8
          store i64 0, ptr %b, align 8
          store \(word), ptr %b.8, align 8
          %s = call i64 inttoptr (i64 \(second) to ptr)(ptr noundef nonnull @map, ptr noundef nonnull %b), !dbg !4
          br label %end
        end:                                              ; preds = %then
          ret i32 0
        """
    }

    /// The same, with no way around the first call.
    private func always(_ text: String) -> String { text.replacing("br i1 %is, label %fill, label %then", with: "br label %fill") }

    private func isShared(_ lines: [String]) -> Bool { !lines.contains { $0.contains("%b = alloca") } }

    @Test func whatIsWrittenTwiceAndOnlyReadIsWrittenOnce() {
        let result = lines(always(twoCalls()))
        #expect(isShared(result))
        #expect(result.contains("  %s = call i64 inttoptr (i64 3 to ptr)(ptr noundef nonnull @map, ptr noundef nonnull %a), !dbg !4"))
        #expect(result.count { $0.hasPrefix("  store ") } == 2)
        #expect(!result.contains { $0.contains("lifetime") || $0.contains("ptr %b,") })
    }

    @Test func whatOneWayLeavesOutIsWrittenAgain() { #expect(!isShared(lines(twoCalls()))) }

    @Test func otherContentsAreWritten() {
        #expect(!isShared(lines(always(twoCalls(word: "i32 7")))))
        #expect(!isShared(lines(always(twoCalls(word: "volatile i32 %x")))))
        #expect(!isShared(lines(always(twoCalls(word: "i16 %x")))))
    }

    // bpf_map_pop_elem, bpf_map_peek_elem, and a helper of which nothing is known.
    @Test(arguments: ["88", "89", "4"]) func whatAHelperMayWriteToIsNotShared(helper: String) {
        #expect(!isShared(lines(always(twoCalls(first: helper)))))
        #expect(!isShared(lines(always(twoCalls(second: helper)))))
    }

    @Test func aFilterReadsWhatItIsAskedAbout() {
        #expect(isShared(lines(always(twoCalls(first: "89", second: "87")), filters: ["map"])))
        #expect(!isShared(lines(always(twoCalls(first: "89", second: "87")), filters: ["other"])))
    }

    @Test func whereTheStackIsTooSmallRoomsTakeTurns() {
        #expect(isShared(lines(always(twoCalls(size: 256)))))
        #expect(!isShared(lines(always(twoCalls(size: 264)))))
    }
}
