// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EBPFCompiler

/// Which loops end by order, and which do not.
@Suite struct CountedLoopTests {
    private func exit(_ text: String) throws -> String {
        let body = text.split(separator: "\n").map(String.init)
        let function = IRFunction(
            name: "f", linkage: "", result: "i32", parameters: ["i64 %start", "i64 %end"], section: "tp/a/b", attributes: 0, debug: nil, body: body)
        let result = CountedLoops.run(function).body
        let changed = zip(body, result).filter { $0 != $1 }.map(\.1)
        #expect(body.count == result.count && changed.count <= 1)
        return try changed.first ?? #require(body.first { $0.contains("%done = ") })
    }

    /// `for i in start..<end`, as Swift writes it: with a check that `start` is not more, and one that it is not the same.
    private func loop(
        start: String = "%start", check: String = "icmp slt i64 %end, %start", same: String = "icmp eq i64 %start, %end",
        next: String = "call { i64, i1 } @llvm.sadd.with.overflow.i64(i64 %i, i64 1)", done: String = "icmp eq i64 %next, %end", inside: String = "",
        back: String = "br i1 %done, label %end.loop, label %more"
    ) -> String {
        """
        entry:
          %check = \(check), !dbg !3
          %likely = call i1 @llvm.expect.i1(i1 %check, i1 false), !dbg !3
          br i1 %likely, label %trap, label %checked, !dbg !3
        checked:                                          ; preds = %entry
          %same = \(same), !dbg !4
          br i1 %same, label %end.loop, label %first, !dbg !4
        first:                                            ; preds = %checked
          br label %turn, !dbg !5
        turn:                                             ; preds = %first, %more
          %i = phi i64 [ \(start), %first ], [ %next, %more ], !dbg !6
          %sum = \(next), !dbg !6
          %next = extractvalue { i64, i1 } %sum, 0, !dbg !6
          \(inside)
          %done = \(done), !dbg !6
          \(back), !dbg !6
        more:                                             ; preds = %turn
          br label %turn, !dbg !6
        end.loop:                                         ; preds = %turn, %checked
          ret i32 0
        trap:                                             ; preds = %entry
          call void @ebpf.trap()
          unreachable
        """
    }

    @Test func aLoopFromLessToMoreEndsWhereItIsNoLongerLess() throws {
        #expect(try exit(loop()) == "  %done = icmp sge i64 %next, %end, !dbg !6")
        #expect(try exit(loop(done: "icmp eq i64 %end, %next")) == "  %done = icmp sle i64 %end, %next, !dbg !6")
        #expect(
            try exit(loop(done: "icmp ne i64 %next, %end", back: "br i1 %done, label %more, label %end.loop"))
                == "  %done = icmp slt i64 %next, %end, !dbg !6")
        #expect(try exit(loop(next: "call { i64, i1 } @llvm.uadd.with.overflow.i64(i64 %i, i64 1)")) == "  %done = icmp sge i64 %next, %end, !dbg !6")
    }

    @Test func numbersWithoutSignAreComparedWithout() throws {
        #expect(try exit(loop(check: "icmp ult i64 %end, %start")) == "  %done = icmp uge i64 %next, %end, !dbg !6")
        // From 0 on, it is enough that there is a turn.
        #expect(try exit(loop(start: "0", check: "icmp eq i64 %x, 7", same: "icmp eq i64 %end, 0")) == "  %done = icmp uge i64 %next, %end, !dbg !6")
    }

    @Test func oneCheckThatSaysLessIsEnough() throws {
        #expect(try exit(loop(check: "icmp sge i64 %start, %end", same: "icmp eq i64 %x, 7")) == "  %done = icmp sge i64 %next, %end, !dbg !6")
        #expect(try exit(loop(check: "icmp sle i64 %end, %start", same: "icmp eq i64 %x, 7")) == "  %done = icmp sge i64 %next, %end, !dbg !6")
        #expect(
            try exit(loop(start: "1", check: "icmp slt i64 %end, 1", same: "icmp eq i64 1, %end")) == "  %done = icmp sge i64 %next, %end, !dbg !6")
    }

    @Test func oneOfTwoChecksCountsWhereNeitherHolds() throws {
        let text = loop(check: "or i1 %less, %other").replacing(
            "entry:\n", with: "entry:\n  %less = icmp slt i64 %end, %start\n  %other = icmp eq i64 %x, 9\n")
        #expect(try exit(text) == "  %done = icmp sge i64 %next, %end, !dbg !6")
        #expect(try exit(text.replacing("or i1", with: "and i1")) == "  %done = icmp eq i64 %next, %end, !dbg !6")
    }

    @Test(arguments: [
        // It may begin with more, or with the same.
        (check: "icmp slt i64 %start, %end", same: "icmp eq i64 %start, %end"), (check: "icmp slt i64 %end, %start", same: "icmp eq i64 %x, %end"),
        // Of other numbers, or in another order than the other check.
        (check: "icmp slt i64 %end, %x", same: "icmp eq i64 %start, %end"), (check: "icmp slt i32 %end, %start", same: "icmp eq i64 %start, %end"),
        (check: "icmp eq i64 %end, %start", same: "icmp eq i64 %start, %end"),
    ])
    func whatMayBeginElsewhereStays(check: String, same: String) throws {
        #expect(try exit(loop(check: check, same: same)) == "  %done = icmp eq i64 %next, %end, !dbg !6")
    }

    @Test func anotherStepThanOneStays() throws {
        let two = loop(next: "call { i64, i1 } @llvm.sadd.with.overflow.i64(i64 %i, i64 2)")
        #expect(try exit(two) == "  %done = icmp eq i64 %next, %end, !dbg !6")
        let down = loop(next: "call { i64, i1 } @llvm.ssub.with.overflow.i64(i64 %i, i64 1)")
        #expect(try exit(down) == "  %done = icmp eq i64 %next, %end, !dbg !6")
        let other = loop(next: "call { i64, i1 } @llvm.sadd.with.overflow.i64(i64 %x, i64 1)")
        #expect(try exit(other) == "  %done = icmp eq i64 %next, %end, !dbg !6")
    }

    @Test func anEndThatMovesStays() throws {
        let moved = loop(done: "icmp eq i64 %next, %moving", inside: "%moving = load i64, ptr @end, align 8")
        #expect(try exit(moved) == "  %done = icmp eq i64 %next, %moving, !dbg !6")
    }

    @Test func aTurnThatFollowsWithoutTheQuestionKeepsIt() throws {
        // A way back to the beginning that does not ask: the next number may be the end, and is passed.
        let text = loop(back: "br i1 %x, label %asks, label %more").replacing(
            "more:  ", with: "asks:                                             ; preds = %turn\n  br i1 %done, label %end.loop, label %more\nmore:  "
        )
        #expect(try exit(text) == "  %done = icmp eq i64 %next, %end, !dbg !6")
    }

    @Test func aCountThatIsSetInTheLoopStays() throws {
        let text = loop().replacing("[ %next, %more ]", with: "[ %other, %more ]")
        #expect(try exit(text) == "  %done = icmp eq i64 %next, %end, !dbg !6")
    }

    @Test func aNumberOfThisTurnMayBeginAtTheEnd() throws {
        // No turn is made then, and no check says that there is one.
        let text = loop(same: "icmp eq i64 %x, 7", done: "icmp eq i64 %i, %end")
        #expect(try exit(text) == "  %done = icmp sge i64 %i, %end, !dbg !6")
        #expect(try exit(loop(check: "icmp slt i64 %x, %start", done: "icmp eq i64 %i, %end")) == "  %done = icmp eq i64 %i, %end, !dbg !6")
        let fromZero = loop(start: "0", check: "icmp eq i64 %x, 7", same: "icmp eq i64 %x, 8", done: "icmp eq i64 %i, %end")
        #expect(try exit(fromZero) == "  %done = icmp uge i64 %i, %end, !dbg !6")
    }

    @Test func aCheckOfNumbersWithTheSameSignCountsForBoth() throws {
        #expect(try exit(loop(check: "icmp samesign ult i64 %end, %start")) == "  %done = icmp sge i64 %next, %end, !dbg !6")
    }

    @Test func oneMoreInAWiderTypeIsOneMore() throws {
        let text = loop().replacing("i64", with: "i8").replacing(
            "  %sum = call { i8, i1 } @llvm.sadd.with.overflow.i8(i8 %i, i8 1), !dbg !6\n  %next = extractvalue { i8, i1 } %sum, 0, !dbg !6",
            with: """
                  %wide = sext i8 %i to i64, !dbg !6
                  %sum = call { i64, i1 } @llvm.sadd.with.overflow.i64(i64 %wide, i64 1), !dbg !6
                  %more.wide = extractvalue { i64, i1 } %sum, 0, !dbg !6
                  %next = trunc i64 %more.wide to i8, !dbg !6
                """)
        #expect(try exit(text) == "  %done = icmp sge i8 %next, %end, !dbg !6")
        #expect(try exit(text.replacing("sext i8 %i", with: "sext i8 %x")) == "  %done = icmp eq i8 %next, %end, !dbg !6")
    }

    @Test func anEndThatIsWrittenThereStays() throws {
        // The verifier counts up to it, and the optimizer would write the loop out.
        let text = loop(start: "0", check: "icmp eq i64 %x, 7", same: "icmp eq i64 %x, 8", done: "icmp eq i64 %i, 16")
        #expect(try exit(text) == "  %done = icmp eq i64 %i, 16, !dbg !6")
    }
}
