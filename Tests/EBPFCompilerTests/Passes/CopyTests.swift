// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EBPFCompiler

/// Which copies are left out, and which are not.
@Suite struct CopyTests {
    private func lines(_ text: String) throws -> [String] {
        var module = IRModule()
        module.types = ["%Text": "<{ [64 x i8] }>"]
        let body = text.split(separator: "\n").map(String.init)
        let function = IRFunction(
            name: "f", linkage: "", result: "i32", parameters: ["ptr %0"], section: "tp/a/b", attributes: 0, debug: nil, body: body)
        return CopyForwarding.run(function, in: module).body
    }

    /// A function that copies from `%source`, and reads a byte of the copy behind `between`.
    private func copying(from source: String = "call ptr inttoptr (i64 1 to ptr)(ptr @map, ptr %key)", count: Int = 64, between: String = "")
        -> String
    {
        """
        entry:
          %copy = alloca %Text, align 8
          %other = alloca i64, align 8
          %source = \(source)
          br label %loop
        loop:                                             ; preds = %loop, %entry
          %index = phi i64 [ 0, %entry ], [ %next, %loop ]
          %next = add i64 %index, 1
          call void @llvm.lifetime.start.p0(i64 64, ptr nonnull %copy)
          call void @llvm.memcpy.p0.p0.i64(ptr align 8 %copy, ptr align 1 %source, i64 \(count), i1 false), !dbg !3
          br label %reads
        reads:                                            ; preds = %loop
          \(between)
          %place = getelementptr inbounds i8, ptr %copy, i64 %index
          %word = load i32, ptr %copy, align 8, !dbg !4
          %byte = load i8, ptr %place, align 1
          call void @llvm.lifetime.end.p0(i64 64, ptr nonnull %copy)
          %more = icmp eq i8 %byte, 0
          br i1 %more, label %loop, label %end
        end:                                              ; preds = %reads
          ret i32 %word
        """
    }

    @Test func whatReadsTheCopyReadsWhatWasCopied() throws {
        let result = try lines(copying())
        #expect(!result.contains { $0.contains("%copy") || $0.contains("memcpy") })
        #expect(result.contains("  %place = getelementptr inbounds i8, ptr %source, i64 %index"))
        // Of the copy it was known that it begins at a multiple of eight.
        #expect(result.contains("  %word = load i32, ptr %source, align 1, !dbg !4"))
        #expect(result.contains("  %byte = load i8, ptr %place, align 1"))
    }

    @Test(arguments: [
        "store i64 0, ptr %other, align 8", "%x = call i64 @ebpf.core.0(i64 0, i64 0, i64 %y, i64 8)", "%x = load i64, ptr %z, align 8",
        "call void @llvm.memcpy.p0.p0.i64(ptr align 8 %other, ptr align 1 %source, i64 8, i1 false)",
    ])
    func whatWritesElsewhereHarmsNothing(between: String) throws {
        #expect(try !lines(copying(between: between)).contains { $0.contains("%copy") })
    }

    @Test(arguments: [
        "store i8 0, ptr %source, align 1", "store i64 %index, ptr %unknown, align 8", "%x = call i64 inttoptr (i64 3 to ptr)(ptr @map, ptr %key)",
        "%x = atomicrmw add ptr @count, i64 1 monotonic, align 8", "call void @llvm.memset.p0.i64(ptr align 8 %source, i8 0, i64 8, i1 false)",
        "call void @llvm.memcpy.p0.p0.i64(ptr align 8 %source, ptr align 1 %other, i64 8, i1 false)",
    ])
    func whatMayWriteToWhatWasCopiedKeepsTheCopy(between: String) throws {
        let text = copying(between: between)
        #expect(try lines(text) == text.split(separator: "\n").map(String.init))
    }

    @Test(arguments: [
        // Changed in its own right, handed on, or of another size.
        "store i8 1, ptr %copy, align 1", "%x = call i64 inttoptr (i64 2 to ptr)(ptr @map, ptr %copy)", "%x = ptrtoint ptr %copy to i64",
    ])
    func aCopyThatIsMoreThanReadStays(between: String) throws {
        #expect(try lines(copying(between: between)).contains { $0.contains("memcpy") })
    }

    @Test func aPartOfACopyStays() throws {
        #expect(try lines(copying(count: 32)).contains { $0.contains("memcpy") })
    }

    @Test(arguments: ["inttoptr i64 %x to ptr", "getelementptr i8, ptr %0, i64 8", "phi ptr [ %a, %entry ]"])
    func whatTheVerifierReadsOnlyAtKnownPlacesIsCopied(source: String) throws {
        #expect(try lines(copying(from: source)).contains { $0.contains("memcpy") })
    }

    @Test func aWayThatDoesNotComeByTheCopyKeepsIt() throws {
        let text = copying().replacing("br label %loop\n", with: "br i1 %x, label %loop, label %reads\n", maxReplacements: 1)
        #expect(try lines(text).contains { $0.contains("memcpy") })
    }
}

/// How room on the stack is aligned.
@Suite struct StackRoomTests {
    @Test(arguments: [
        ("  %1 = alloca %Text, align 1", "  %1 = alloca %Text, align 8"), ("  %1 = alloca [5 x i8], align 1", "  %1 = alloca [5 x i8], align 8"),
        ("  %1 = alloca %Unknown, align 4", "  %1 = alloca %Unknown, align 8"), ("  %1 = alloca ptr, align 8", "  %1 = alloca ptr, align 8"),
        ("  %1 = alloca %Key, align 4", nil), ("  %1 = alloca i32, align 4", nil), ("  %1 = alloca [4 x i8], align 4", nil),
        ("  %1 = load i64, ptr %2, align 4", nil),
    ])
    func whatIsCopiedInWordsBeginsAWord(line: String, aligned: String?) {
        var module = IRModule()
        module.types = ["%Text": "<{ [64 x i8] }>", "%Key": "<{ %Half, [0 x i8], %Half }>", "%Half": "<{ i16 }>"]
        #expect(StackRoom.aligned(line, in: module) == aligned)
    }
}
