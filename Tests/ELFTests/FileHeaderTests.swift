// SPDX-License-Identifier: Apache-2.0

import Bytes
import ELF
import TestImages
import Testing

@Suite struct FileHeaderTests {
    /// The code with which the bytes are refused, or `nil` where they are read.
    private func refusal(_ bytes: [UInt8]) -> ELFError.Code? {
        do {
            _ = try ELFFile(ByteView(bytes))
            return nil
        } catch { return error.code }
    }

    @Test(arguments: [ByteOrder.littleEndian, .bigEndian])
    func theHeaderSaysOrderAndMachine(_ order: ByteOrder) throws {
        let file = try ELFFile(ByteView(ELFImage(order: order, machine: 0x00F7).bytes()))
        #expect(file.byteOrder == order)
        #expect(file.machine == .bpf)
        #expect(try ELFFile(ByteView(ELFImage(order: order, machine: 62).bytes())).machine == .x86_64)
        #expect(try ELFFile(ByteView(ELFImage(order: order, machine: 183).bytes())).machine == .arm64)
        #expect(try ELFFile(ByteView(ELFImage(order: order, machine: 0x1234).bytes())).machine.rawValue == 0x1234)
    }

    @Test(arguments: [[], [0x7F], [0x7F, 0x45, 0x4C], Array("#!/bin/sh\n".utf8), Array(repeating: 0, count: 64)] as [[UInt8]])
    func whatDoesNotBeginAsELFDoesIsNoELF(_ bytes: [UInt8]) {
        #expect(refusal(bytes) == .notELF)
    }

    @Test func aThirtyTwoBitFileIsRefusedAsThat() {
        var bytes = ELFImage().bytes()
        bytes[4] = 1
        #expect(refusal(bytes) == .unsupportedClass)
    }

    @Test(arguments: [UInt8(0), 3, 255])
    func aByteOrderThatDoesNotExistIsMalformed(_ order: UInt8) {
        var bytes = ELFImage().bytes()
        bytes[5] = order
        #expect(refusal(bytes) == .malformed)
    }

    @Test(arguments: 6..<64)
    func aTruncatedHeaderIsRefusedWithItsCause(_ length: Int) throws {
        let error = try #require(throws: ELFError.self) {
            try ELFFile(ByteView(Array(ELFImage().bytes().prefix(length))))
        }
        #expect(error.code == .truncated)
        #expect(error.description.contains("\(length) bytes"))
        #expect(error.description.contains("64"))
    }

    @Test(arguments: [4, 5])
    func aHeaderThatEndsBeforeItsClassOrOrderIsTruncatedToo(_ length: Int) {
        #expect(refusal(Array(ELFImage().bytes().prefix(length))) == .truncated)
    }

    @Test func aFileWithoutASectionTableHasNoSections() throws {
        var bytes = Array(ELFImage(order: .littleEndian).bytes().prefix(64))
        for index in 40..<48 { bytes[index] = 0 }
        let file = try ELFFile(ByteView(bytes))
        #expect(file.sections.isEmpty)
        #expect(try file.symbols().isEmpty)
        #expect(file.section(named: ".text") == nil)
        #expect(file.section(at: 0) == nil)
    }
}
