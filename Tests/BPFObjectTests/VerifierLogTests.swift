// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
@testable import BPFObject
import BTF
import Bytes
import Testing

/// What is read out of verifiers' logs, in the forms of old and new kernels.
struct VerifierLogTests {
    @Test(
        arguments: [
            (VerifierTexts.forgetsTheCheck510, 7, "R0 invalid mem access 'map_value_or_null'"),
            (VerifierTexts.forgetsTheCheck618, 7, "R0 invalid mem access 'map_value_or_null'"),
            (VerifierTexts.keepsTheRecord510, 15, "Unreleased reference id=2 alloc_insn=5"),
            (VerifierTexts.keepsTheRecord61, 15, "Unreleased reference id=2 alloc_insn=5"),
            (
                VerifierTexts.keepsTheRecord72, 15,
                "Unreleased reference id=2 alloc_insn=5; BPF_EXIT instruction in main prog would lead to reference leak"
            ),
            (VerifierTexts.failsInAFunction61, 19, "R1 invalid mem access 'map_value_or_null'"),
            (VerifierTexts.indexesUnbounded510, 17, "math between pkt pointer and register with unbounded min value is not allowed"),
            (
                VerifierTexts.readsOutsideTheValue510, 8,
                "invalid access to map value, value_size=64 off=72 size=8; R0 min value is outside of the allowed memory range"
            ),
            // The reason names the instruction itself, which was not the last that was visited.
            (VerifierTexts.jumpsAway618, 0, "jump out of range from insn 0 to 101"),
            (VerifierTexts.neverEnds618, 5, "infinite loop detected at insn 5"),
            (VerifierTexts.loopsTooOften618, 8, "BPF program is too large. Processed 1000001 insn"),
        ] as [(String, Int, String)])
    func theReasonAndItsInstructionAreFound(text: String, slot: Int, reason: String) {
        let log = VerifierLog(text: text)
        #expect(log.slot == slot)
        #expect(log.reason == reason)
        #expect(log.text == text)
    }

    @Test(arguments: [VerifierTexts.forgetsTheCheck510, VerifierTexts.forgetsTheCheck618])
    func everyVisitIsReadWithItsSourceLine(text: String) {
        let visited = Array(VerifierLog(text: text).instructions)
        #expect(visited.map(\.slot) == [0, 1, 2, 3, 4, 6, 7])
        #expect(visited.map(\.opcode) == [0x79, 0x63, 0xBF, 0x07, 0x18, 0x85, 0x79])
        #expect(visited[2].text == "r2 = r10")
        #expect(visited[2].description == "2: (bf) r2 = r10")
        #expect(visited[3].description == "3: (07) r2 += -4")
        #expect(visited[6].source?.text == "return *value == 1;")
        #expect(visited[0].source?.text == "u32 key = context->args[0];")
    }

    @Test func newKernelsSayWhereASourceLineStands() {
        let visited = Array(VerifierLog(text: VerifierTexts.forgetsTheCheck618).instructions)
        #expect(visited.last?.source?.fileName == "Wrong.bpf.c")
        #expect(visited.last?.source?.line == 7)
        #expect(VerifierLog(text: VerifierTexts.forgetsTheCheck618).lastInstruction == visited.last)
        #expect(visited[5].after == [VerifierRegister(name: "R0", value: "map_value_or_null(id=1,map=counts,ks=4,vs=8)")])
        #expect(visited[0].before.map(\.description) == ["R1=ctx()", "R10=fp0"])
        let old = Array(VerifierLog(text: VerifierTexts.forgetsTheCheck510).instructions)
        #expect(old.allSatisfy { $0.source?.fileName == nil && $0.source?.line == nil && $0.after.isEmpty })
    }

    @Test func anotherWayThroughTheProgramBeginsBehindABranch() {
        // The kernel prints it behind the branch where it shows little, and on a line of its own where it shows more.
        for text in [VerifierTexts.keepsTheRecord61, VerifierTexts.keepsTheRecord72, VerifierTexts.keepsTheRecord510] {
            let visited = Array(VerifierLog(text: text).instructions)
            #expect(visited.map(\.slot).suffix(3) == [10, 14, 15])
            #expect(visited.first { $0.slot == 10 }?.text == "if r1 == 0x7 goto pc+3")
            #expect(visited.last { $0.slot == 14 }?.before.contains { $0.name == "R10" } == true)
        }
    }

    @Test func registersOfTheFailureAreThoseOfTheWayThatLedThere() {
        func registers(_ text: String) -> [String] { VerifierLog(text: text).registers.map(\.description) }
        #expect(registers(VerifierTexts.forgetsTheCheck618) == ["R0=map_value_or_null(id=1,map=counts,ks=4,vs=8)"])
        // The old kernel says nothing about it.
        #expect(registers(VerifierTexts.forgetsTheCheck510) == [])
        #expect(registers(VerifierTexts.failsInAFunction510) == ["R1=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0)"])
        #expect(registers(VerifierTexts.failsInAFunction618) == ["R1=map_value_or_null(id=1,map=counts,ks=4,vs=8)"])
        #expect(registers(VerifierTexts.readsOutsideTheValue510) == ["R0=map_value(id=0,off=0,ks=4,vs=64,imm=0)"])
        // Behind its own instruction nothing is known of R1, and what was known before was overwritten.
        #expect(registers(VerifierTexts.indexesUnbounded510) == ["R6=pkt(id=0,off=0,r=14,imm=0)"])
        #expect(registers(VerifierTexts.indexesUnbounded618).map { $0.prefix(10) } == ["R1=scalar(", "R6=pkt(r=1"])
    }

    @Test func aReasonInTheLineOfItsInstructionIsNoPartOfIt() throws {
        let log = VerifierLog(text: VerifierTexts.loopsTooOften618)
        #expect(log.hint()?.contains("a million instructions") == true)
        #expect(log.lastInstruction?.text == "if r2 s< r1 goto pc-4")
        #expect(log.registers.map(\.name) == ["R1", "R2"])
        #expect(log.context.contains("| 8: (cd) if r2 s< r1 goto pc-4\n"), "\(log.context)")
        // Where a jump leads nowhere else, nothing is added to it.
        #expect(VerifierLog(text: "0: (05) goto pc+1\n0: (05) goto pc+1 unreachable insn 3\n").reason == "unreachable insn 3")
    }

    @Test func aStateThatTheVerifierOnlyLookedBackAtIsNone() {
        let text = """
            3: (7b) *(u64 *)(r10 -8) = r1
            last_idx 3 first_idx 2
             R1_w=inv0 R10=fp0 fp-8_rw=00000000
            parent already had regs=0 stack=0 marks
            4: (79) r1 = *(u64 *)(r1 +0)
            R1 invalid mem access 'inv'
            """
        let log = VerifierLog(text: text)
        #expect(log.registers == [])
        #expect(log.instructions.allSatisfy { $0.before.isEmpty })
        #expect(!log.excerpt.contains("inv0"))
    }

    @Test func valuesWithSpacesAreOneValue() {
        let registers = VerifierRegister.read("frame1: R0_w=inv0 R1=inv(id=0,umax_value=255,var_off=(0x0; 0xff)) R10=fp0 fp-8_w=mmmm???? refs=2")
        #expect(registers.map(\.name) == ["R0", "R1", "R10", "fp-8"])
        #expect(registers[1].value == "inv(id=0,umax_value=255,var_off=(0x0; 0xff))")
    }

    @Test func whatTheVerifierCountedIsRead() throws {
        let counted = try #require(VerifierLog(text: VerifierTexts.keepsTheRecord61).statistics)
        #expect(counted.instructionCount == 17)
        #expect(counted.limit == 1_000_000)
        #expect(counted.totalStates == 1)
        #expect(counted.peakStates == 1)
        #expect(VerifierLog(text: "R0 !read_ok\n").statistics == nil)
        #expect(VerifierLog(text: "processed 99999999999999999999 insns\n").statistics == nil)
    }

    @Test func theExcerptBeginsWithTheReasonAndEndsWithTheRegisters() {
        let excerpt = VerifierLog(text: VerifierTexts.forgetsTheCheck618).excerpt.split(separator: "\n")
        #expect(excerpt.first == "  R0 invalid mem access 'map_value_or_null'")
        #expect(excerpt.contains("  | ; return *value == 1; @ Wrong.bpf.c:7"))
        #expect(excerpt.contains("  | 7: (79) r1 = *(u64 *)(r0 +0)"))
        #expect(excerpt.last == "  with R0=map_value_or_null(id=1,map=counts,ks=4,vs=8)")
        #expect(!excerpt.contains { $0.contains("processed") })
    }

    @Test func anOldKernelsRepeatedSourceLinesAreShownOnce() {
        let excerpt = VerifierLog(text: VerifierTexts.indexesUnbounded510).excerpt
        #expect(excerpt.split(separator: "\n").filter { $0.contains("return data[14 + index];") }.count == 1)
        #expect(!excerpt.contains("last_idx"))
        #expect(!excerpt.contains("regs="))
    }

    @Test func aLineThatTheReasonIsAboutComesFromTheObject() throws {
        var assembly = ProgramAssembly()
        assembly.lines = [line(at: 0, 10, "key = 0;"), line(at: 5, 12, "record = reserve();"), line(at: 14, 20, "\treturn 0;")]
        assembly.poisoned = [15: "this kernel has no field"]
        let log = VerifierLog(text: VerifierTexts.keepsTheRecord61, of: assembly)
        #expect(log.line?.line == 20)
        #expect(log.acquisition?.line == 12)
        #expect(log.missing == "this kernel has no field")
        #expect(log.excerpt.contains("  at tool.bpf.c:20:0: return 0;\n  acquired at tool.bpf.c:12:0: record = reserve();"))
    }

    @Test(arguments: [
        (
            "invalid access to packet, off=65535 size=1, R1(id=0,off=65535,r=65535)", "up to which the verifier follows a pointer",
            "give it a bound, as for _ in"
        ),
        ("invalid access to packet, off=54 size=4, R2(id=0,off=54,r=34)", "data_end", "guard let header = packet.read("),
        ("R1 invalid mem access 'scalar'", "BPF_CORE_READ", "KernelPointer"),
        ("BPF program is too large. Processed 1000001 insn", "not static", "@inline(never)"),
        ("The sequence of 8193 jumps is too complex.", "bpf_loop", "0..<min(count, 64)"),
        ("back-edge from insn 8 to 2", "#pragma unroll", "withNumbers"),
        ("arg#0 pointer to UNKNOWN must point to scalar", "make the function static", "leave out public"),
        ("R0 !read_ok", "return a number", "return a number"),
    ])
    func aHintIsInTheWordsOfTheSourcesLanguage(reason: String, c: String, swift: String) throws {
        func hint(_ fileName: String) -> String? {
            var assembly = ProgramAssembly()
            assembly.lines = [line(at: 0, 10, "text", in: fileName)]
            return VerifierLog(text: "0: (95) exit\n\(reason)\nprocessed 1 insns\n", of: assembly).hint()
        }
        #expect(hint("tool.bpf.c")?.contains(c) == true)
        #expect(hint("Tool.bpf.swift")?.contains(swift) == true)
    }

    private func line(at slot: Int, _ line: UInt32, _ text: String, in fileName: String = "tool.bpf.c") -> SourceLine {
        let record = BTFExtension.LineRecord(offset: 0, fileName: 0, text: 0, lineAndColumn: line << 10)
        return SourceLine(slot: slot, record: record, fileName: fileName, text: text)
    }

    @Test func aCutLogSaysSo() {
        let end = VerifierLog(ByteView(Array("[..]) r1 = 1\n7: (95) exit\nR0 !read_ok\n".utf8)), truncation: .beginning(missing: 4000))
        #expect(end.reason == "R0 !read_ok")
        #expect(end.excerpt.contains("the first 4000 bytes of the log are missing"))
        let text = "0: (b7) r1 = 1\n1: (b7\nR0 !read_ok\n"
        let middle = VerifierLog(ByteView(Array(text.utf8)), truncation: .middle(at: 21))
        #expect(middle.reason == "R0 !read_ok")
        #expect(middle.slot == nil)
        #expect(middle.instructions.map(\.slot) == [0])
        #expect(middle.excerpt.contains("cut behind its first 21 bytes"))
    }
}

/// Logs that no kernel gives: reading them ends, and with an answer.
struct HostileVerifierLogTests {
    @Test(arguments: [
        "", "\n", "\n\n\n", ":", "7: (", "7: (zz) x", "99999999999999999999999: (79) r1 = r2", "0: R", "from ", "from 1 to", "; ", ";", " ",
        "processed", "processed ",
        "0: (79) ;", "0: (79) ; R", "1: (05) goto 2: R", ": R1=", "insn ", "x insn 99999999999999999999", "alloc_insn=-1", "unknown func bpf_#",
        "frame", "frame1: R",
        "0: R1=((((((", "0: R1=)))))) R2=x", "R=", "\0", "0: (79) r1 = @ : ", "; @ :", "; x @ y:", "; x @ y:99999999999999999999",
    ])
    func whatMakesNoSenseIsReadAllTheSame(text: String) {
        read(text)
        read(VerifierTexts.forgetsTheCheck618 + text)
        read(text + "\n" + VerifierTexts.failsInAFunction510)
    }

    @Test func everyBeginningOfALogIsRead() {
        let bytes = Array(VerifierTexts.keepsTheRecord72.utf8)
        for count in stride(from: 0, through: bytes.count, by: 7) { read(String(decoding: bytes[..<count], as: UTF8.self)) }
    }

    @Test func illFormedTextIsRead() {
        let log = VerifierLog(ByteView([0x37, 0x3A, 0x20, 0x28, 0x37, 0x39, 0x29, 0x20, 0xFF, 0xC3, 0x0A, 0xF0, 0x9F, 0x0A]))
        #expect(log.slot == 7)
        #expect(log.reason != nil)
    }

    @Test func aLogOfAMillionLinesCostsItsEndUntilMoreIsAsked() {
        var bytes: [UInt8] = []
        let line = Array("5: (07) r1 += 1                       ; R1=scalar()\n".utf8)
        for _ in 0..<1_000_000 { bytes += line }
        bytes += Array("BPF program is too large. Processed 1000001 insn\nprocessed 1000001 insns (limit 1000000)\n".utf8)
        let log = VerifierLog(ByteView(bytes))
        #expect(log.reason == "BPF program is too large. Processed 1000001 insn")
        #expect(log.excerpt.utf8.count < 1000)
        var instructions = log.instructions.makeIterator()
        #expect(instructions.next()?.slot == 5)
    }

    @Test func aLineWithoutEndIsNotShown() {
        let log = VerifierLog(text: "0: (b7) r0 = 0 ; R0=" + String(repeating: "x", count: 1 << 20) + "\n" + String(repeating: "y", count: 1 << 20))
        #expect(log.excerpt.utf8.count < 2000)
        #expect(log.bytes.count > 2 << 20)
    }

    private func read(_ text: String) {
        let log = VerifierLog(text: text)
        _ = (log.excerpt, log.hint(), log.registers, log.statistics, log.lastInstruction)
        for visited in log.instructions { _ = visited.description }
        #expect(log.bytes.count == text.utf8.count)
    }
}
