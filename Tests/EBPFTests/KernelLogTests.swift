// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CLinux
@testable import EBPF
import Glibc
import Testing

/// The kernel's log, whole or cut.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct KernelLogTests {
    /// A program that reads a register that was never set, behind many instructions.
    private func load(_ log: UnsafeMutableRawBufferPointer, _ level: KernelLog.Level) -> KernelLog.Answer {
        var code: [UInt8] = []
        for _ in 0..<100 { Instruction(opcode: 0xB7).encode(into: &code) }
        Instruction(opcode: 0xBF, source: 3).encode(into: &code)
        Instruction(opcode: 0x95).encode(into: &code)
        return code.withUnsafeBytes { code in
            [UInt8("G"), 0].withUnsafeBytes { license in
                var attributes = bpf_program_load_attributes()
                attributes.prog_type = ProgramType.rawTracepoint.rawValue
                attributes.insn_cnt = UInt32(code.count / Instruction.size)
                attributes.insns = address(code.baseAddress)
                attributes.license = address(license.baseAddress)
                attributes.log_buf = address(log.baseAddress)
                attributes.log_size = UInt32(clamping: log.count)
                attributes.log_level = level.rawValue
                let status = bpfCountingMemory(.programLoad, &attributes)
                return KernelLog.Answer(status: status, trueSize: Int(attributes.log_true_size))
            }
        }
    }

    private func UInt8(_ letter: Unicode.Scalar) -> Swift.UInt8 { Swift.UInt8(ascii: letter) }

    private var tellsItsLength: Bool { KernelVersion.running.map { $0 >= "6.4" } ?? false }

    @Test func aLogThatFitsIsReadAtOnce() {
        var attempts = 0
        let log = KernelLog.read {
            attempts += 1
            return load($0, $1)
        }
        #expect(attempts == 1)
        #expect(log.truncation == nil)
        let read = VerifierLog(log.bytes, truncation: log.truncation)
        #expect(read.reason == "R3 !read_ok")
        #expect(read.slot == 100)
        #expect(read.instructions.map(\.slot) == Array(0...100))
    }

    @Test func aLogThatDoesNotFitIsReadAgainWithRoomEnough() {
        var sizes: [Int] = []
        let log = KernelLog.read(sizes: 256...1 << 20) {
            sizes.append($0.count)
            return load($0, $1)
        }
        #expect(log.truncation == nil)
        #expect(VerifierLog(log.bytes).instructions.map(\.slot) == Array(0...100))
        // Where the kernel says how long it is, the second size is the right one.
        #expect(tellsItsLength ? sizes.count == 2 && sizes[1] == log.bytes.count + 1 : sizes.starts(with: [256, 2048]), "\(sizes)")
    }

    @Test func aLogThatCannotBeHadWholeSaysWhatIsMissing() throws {
        let whole = KernelLog.read { load($0, $1) }.bytes.count
        let log = KernelLog.read(sizes: 256...1024) { load($0, $1) }
        let read = VerifierLog(log.bytes, truncation: log.truncation)
        // The reason is there in either way.
        #expect(read.reason == "R3 !read_ok")
        if tellsItsLength {
            guard case .beginning(let missing) = log.truncation else {
                Issue.record("\(String(describing: log.truncation))")
                return
            }
            #expect(log.bytes.count + missing == whole)
            #expect(read.lastInstruction?.slot == 100)
        } else {
            #expect(log.truncation == .middle(at: 1023))
            #expect(read.instructions.first { _ in true }?.slot == 0)
            #expect(read.excerpt.contains("cut behind its first 1023 bytes"))
        }
    }
}
