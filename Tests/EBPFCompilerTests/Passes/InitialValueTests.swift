// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EBPFCompiler

/// What globals are at first, read off the functions that would set them.
@Suite struct InitialValueTests {
    private func evaluate(_ lines: String, sizes: [String: Int] = ["x": 16], constants: [String: [UInt8]] = [:], types: [String: String] = [:])
        -> [String: [UInt8]]?
    {
        let body = lines.split(separator: "\n").map { $0.contains(":   ") ? String($0) : "  " + $0 }
        let function = IRFunction(
            name: "f", linkage: "", result: "void", parameters: [], section: nil, attributes: nil, debug: nil, body: ["entry:"] + body)
        var values = InitialValues(sizes: sizes, constants: constants, types: types)
        return values.evaluate(function) ? values.bytes : nil
    }

    @Test func storesOfConstantsLandWhereTheyAreStored() {
        let bytes = evaluate(
            """
            store i32 258, ptr @x, align 8
            store i64 -2, ptr getelementptr inbounds nuw (i8, ptr @x, i64 8), align 8, !dbg !7
            ret void
            """)
        #expect(bytes?["x"] == [2, 1, 0, 0, 0, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
    }

    @Test func vectorsFillsAndCopiesAreUnderstood() {
        #expect(evaluate("store <2 x i16> <i16 1, i16 2>, ptr @x, align 4\nret void")?["x"]?.prefix(4) == [1, 0, 2, 0])
        #expect(evaluate("store <4 x i8> splat (i8 7), ptr @x, align 4\nret void")?["x"]?.prefix(5) == [7, 7, 7, 7, 0])
        let fill = "tail call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) @x, i8 9, i64 16, i1 false)\nret void"
        #expect(evaluate(fill)?["x"] == [UInt8](repeating: 9, count: 16))
        let copy = "call void @llvm.memcpy.p0.p0.i64(ptr align 1 @x, ptr align 1 @c, i64 3, i1 false)\nret void"
        #expect(evaluate(copy, constants: ["c": [5, 6, 7]])?["x"]?.prefix(4) == [5, 6, 7, 0])
    }

    @Test(arguments: [
        "store i32 %1, ptr @x, align 4\nret void",
        "%1 = call i64 inttoptr (i64 5 to ptr)()\nret void",
        "store i64 1, ptr getelementptr inbounds nuw (i8, ptr @x, i64 9), align 8\nret void",
        "store i64 1, ptr getelementptr inbounds nuw (i8, ptr @x, i64 -1), align 8\nret void",
        "store i32 1, ptr @unknown, align 4\nret void",
        "call void @llvm.memset.p0.i64(ptr align 8 @x, i8 9, i64 99999999999, i1 false)\nret void",
        "call void @llvm.memcpy.p0.p0.i64(ptr align 1 @x, ptr align 1 @c, i64 3, i1 false)\nret void",
    ])
    func whatIsNoConstantOrLiesOutsideIsRefused(lines: String) {
        #expect(evaluate(lines) == nil)
    }

    private func loop(_ lines: String, from first: Int = 0, below end: Int) -> String {
        """
        %room = alloca [4 x %Number], align 8
        br label %2
        2:                                                ; preds = %2, %entry
        %3 = phi i64 [ \(first), %entry ], [ %4, %2 ]
        %4 = add nuw nsw i64 %3, 1
        \(lines)
        %9 = icmp eq i64 %4, \(end)
        br i1 %9, label %done, label %2
        done:                                             ; preds = %2
        call void @llvm.memcpy.p0.p0.i64(ptr noundef nonnull align 8 @x, ptr noundef nonnull align 8 %room, i64 16, i1 false)
        ret void
        """
    }

    @Test func loopsThatFillRoomOfTheirOwnAreRun() {
        let types = ["%Number": "<{ i32 }>"]
        let squares = """
            %5 = trunc i64 %3 to i32
            %6 = mul i32 %5, %5
            %7 = getelementptr inbounds nuw %Number, ptr %room, i64 %3
            store i32 %6, ptr %7, align 4
            """
        #expect(evaluate(loop(squares, below: 4), types: types)?["x"] == [0, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 9, 0, 0, 0])
        // Behind the end of its room.
        #expect(evaluate(loop(squares, below: 5), types: types) == nil)
        #expect(evaluate(loop(squares, from: -1, below: 3), types: types) == nil)
        // It would not end.
        #expect(evaluate(loop("", below: -1), types: types) == nil)
    }

    @Test(
        arguments: [
            ("add i8 200, 100", 44), ("sub i8 1, 2", 255), ("mul i8 16, 17", 16), ("shl i8 3, 7", 128), ("lshr i8 -128, 7", 1),
            ("ashr i8 -128, 7", 255),
            ("and i8 12, 10", 8), ("or i8 12, 10", 14), ("xor i8 12, 10", 6), ("udiv i8 -1, 2", 127), ("urem i8 -1, 16", 15),
            ("select i1 true, i8 4, i8 5", 4), ("select i1 false, i8 4, i8 5", 5), ("call i8 @llvm.bpf.passthrough.i8.i8(i32 0, i8 7)", 7),
        ] as [(String, UInt8)])
    func numbersAreComputedAsTheProcessorWould(code: String, result: UInt8) {
        #expect(evaluate("%1 = \(code)\nstore i8 %1, ptr @x, align 1\nret void")?["x"]?.first == result)
    }

    @Test(arguments: [
        ("eq i8 -1, 255", true), ("ne i8 1, 2", true), ("ult i8 -1, 1", false), ("slt i8 -1, 1", true), ("ule i8 3, 3", true),
        ("sge i8 -1, 0", false),
        ("ugt i8 -1, 0", true), ("samesign ult i8 3, 4", true),
    ])
    func comparisonsHaveSignsOrNot(code: String, holds: Bool) {
        #expect(evaluate("%1 = icmp \(code)\n%2 = zext i1 %1 to i8\nstore i8 %2, ptr @x, align 1\nret void")?["x"]?.first == (holds ? 1 : 0))
    }

    @Test(arguments: [
        ("sadd", 100, 27, false), ("sadd", 100, 28, true), ("uadd", 200, 55, false), ("uadd", 200, 56, true), ("ssub", -128, 1, true),
        ("usub", 1, 2, true), ("smul", -64, 2, false), ("umul", 16, 16, true),
    ])
    func whatOverflowsSaysSo(operation: String, left: Int, right: Int, overflows: Bool) {
        let lines = """
            %1 = call { i8, i1 } @llvm.\(operation).with.overflow.i8(i8 \(left), i8 \(right))
            %2 = extractvalue { i8, i1 } %1, 1
            %3 = zext i1 %2 to i8
            store i8 %3, ptr @x, align 1
            ret void
            """
        #expect(evaluate(lines)?["x"]?.first == (overflows ? 1 : 0))
    }

    @Test func whatAnotherGlobalWillBeIsNotKnown() {
        var values = InitialValues(sizes: ["x": 4, "y": 4], constants: ["c": [8, 0, 0, 0]])
        func evaluates(_ lines: [String]) -> Bool {
            let function = IRFunction(
                name: "f", linkage: "", result: "void", parameters: [], section: nil, attributes: nil, debug: nil,
                body: ["entry:"] + lines.map { "  " + $0 } + ["  ret void"])
            return values.evaluate(function)
        }
        #expect(evaluates(["store i32 64, ptr @x, align 4"]))
        #expect(!evaluates(["%1 = load i32, ptr @x, align 4", "store i32 %1, ptr @y, align 4"]))
        #expect(values.bytes == ["x": [64, 0, 0, 0]])
        // What it wrote itself, and what never changes, is.
        #expect(evaluates(["store i32 7, ptr @y, align 4", "%1 = load i32, ptr @y, align 4", "store i32 %1, ptr @x, align 4"]))
        #expect(values.bytes["x"] == [7, 0, 0, 0])
        #expect(evaluates(["%1 = load i32, ptr @c, align 4", "store i32 %1, ptr @x, align 4"]))
        #expect(values.bytes["x"] == [8, 0, 0, 0])
    }

    @Test(arguments: ["udiv i8 1, 0", "shl i8 1, 8", "call i8 @f(i8 1)", "load i8, ptr @unknown, align 1", "sdiv i8 4, 2", "freeze i8 1"])
    func whatHasNoResultThatIsKnownIsRefused(code: String) {
        #expect(evaluate("%1 = \(code)\nstore i8 %1, ptr @x, align 1\nret void") == nil)
    }

    @Test func constantsOfEveryFormHaveTheirBytes() {
        #expect(IRConstant.bytes("<{ i32, [2 x i8] }> <{ i32 5, [2 x i8] c\"a\\00\" }>") == [5, 0, 0, 0, 97, 0])
        #expect(IRConstant.bytes("[3 x i16] zeroinitializer") == [0, 0, 0, 0, 0, 0])
        #expect(IRConstant.bytes("i1 true") == [1])
        #expect(IRConstant.bytes("ptr null") == [UInt8](repeating: 0, count: 8))
        #expect(IRConstant.bytes("i64 18446744073709551615") == [UInt8](repeating: 0xFF, count: 8))
        #expect(IRConstant.bytes("ptr @x") == nil)
        #expect(IRConstant.bytes("double 1.0") == nil)
    }
}
