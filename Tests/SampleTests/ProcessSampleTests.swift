// SPDX-License-Identifier: Apache-2.0

import CNamespaces
import COpenCalls
import EBPF
import struct EBPFKernel.CString
import struct EBPFKernel.IPv4Address
import Glibc
import Testing

/// Kernel halves that say what processes do.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct ProcessSampleTests {
    var thread: UInt32 { UInt32(bitPattern: current_thread()) }
    var process: UInt32 { UInt32(bitPattern: getpid()) }

    @Test func theIdiomsSeeWhatWasAskedForByWhoseChild() throws {
        let loaded = try watch(Idioms.object()) {
            try $0.set("target", to: thread)
        } events: {
            for asked in [0, 3, 5] as [pid_t] { _ = getsid(asked) }
        }.loaded
        #expect(try loaded.value(of: "calls", as: UInt64.self) == 3)
        #expect(try loaded.value(of: "last", as: UInt64.self) == 5)
        let bits = try (0..<4).map { try loaded.map("bits").value(for: UInt32($0), as: UInt64.self) }
        #expect(bits == [2, 1, 1, 0])
        let parents = try HashMap<CString<16>, UInt64>(loaded.map("parents")).entries()
        #expect(parents.map(\.value) == [3])
        #expect(parents.first.map { !$0.key.description.isEmpty } == true)
    }

    struct Execution: BitwiseCopyable {
        var process: Int32
        var parent: Int32
        var user: UInt32
        var command: CString<16>
        var path: CString<128>
    }

    @Test func aProgramThatIsStartedIsTold() throws {
        let (loaded, child) = try watch(ExecSnoop.object()) {
            try $0.set("target", to: getpid())
        } events: {
            let child = try Child("/bin/echo")
            try child.wait()
            return child.number
        }
        let told = try #require(try loaded.records("executions", as: Execution.self).first { $0.process == child })
        #expect(told.parent == getpid())
        #expect(told.user == getuid())
        #expect(told.command.description == "echo")
        #expect(told.path.description == "/bin/echo")
    }

    struct End: BitwiseCopyable {
        var process: Int32
        var parent: Int32
        var age: UInt64
        var status: Int32
        var signal: Int32
        var command: CString<16>
    }

    @Test func howAProcessEndsIsTold() throws {
        let (loaded, children) = try watch(ExitSnoop.object()) {
            try $0.set("target", to: getpid())
        } events: {
            let (ends, isEnded) = (try Child("/bin/sh", "-c", "exit 7"), try Child("/bin/sleep", "100"))
            try ends.wait()
            try isEnded.end(by: SIGKILL)
            return [ends.number, isEnded.number]
        }
        let records = try loaded.records("ends", as: End.self)
        let told = try children.map { child in try #require(records.first { $0.process == child }) }
        #expect(told.map(\.status) == [7, 0])
        #expect(told.map(\.signal) == [0, SIGKILL])
        #expect(told.allSatisfy { $0.parent == getpid() && $0.age > 0 })
        #expect(told[0].command.description == "sh")
    }

    struct Signal: BitwiseCopyable {
        var sender: UInt32
        var receiver: Int32
        var number: Int32
        var result: Int32
        var command: CString<16>
    }

    @Test func aSignalIsToldWithWhoSentIt() throws {
        let (loaded, child) = try watch(SignalSnoop.object()) {
            try $0.set("target", to: process)
        } events: {
            let child = try Child("/bin/sleep", "100")
            try child.end(by: SIGKILL)
            return child.number
        }
        let told = try loaded.records("signals", as: Signal.self).filter { $0.receiver == child }
        #expect(told.map(\.number) == [SIGKILL])
        #expect(told.map(\.sender) == [process])
        #expect(told.map(\.result) == [0])
    }

    struct Question: BitwiseCopyable {
        var process: UInt32
        var result: Int32
        var command: CString<16>
        var path: CString<128>
    }

    @Test func filesThatAreAskedForAreToldWithTheAnswer() throws {
        let loaded = try watch(StatSnoop.object()) {
            try $0.set("target", to: thread)
        } events: {
            var answer = Glibc.stat()
            #expect(stat("/nothing/of/the/kind", &answer) == -1)
            #expect(stat("/tmp", &answer) == 0)
        }.loaded
        let told = try loaded.records("questions", as: Question.self).filter { $0.path.description != "" }
        #expect(told.map { $0.path.description } == ["/nothing/of/the/kind", "/tmp"])
        #expect(told.map(\.result) == [-ENOENT, 0])
        #expect(told.allSatisfy { $0.process == process })
    }

    struct Request: BitwiseCopyable {
        var flags: UInt64
        var source: CString<64>
        var target: CString<64>
        var type: CString<16>
    }

    struct Mount: BitwiseCopyable {
        var process: UInt32
        var result: Int32
        var request: Request
    }

    @Test func aMountThatFailsIsToldWithWhatWasAskedFor() throws {
        let loaded = try watch(MountSnoop.object()) {
            try $0.set("target", to: thread)
        } events: {
            #expect(mount("source", "/nothing/there", "tmpfs", 6, nil) == -1)
        }.loaded
        let told = try loaded.records("mounts", as: Mount.self)
        #expect(told.count == 1)
        let first = try #require(told.first)
        #expect(first.process == process && first.result == -ENOENT && first.request.flags == 6)
        #expect(first.request.source.description == "source")
        #expect(first.request.target.description == "/nothing/there")
        #expect(first.request.type.description == "tmpfs")
    }

    struct Binding: BitwiseCopyable {
        var process: UInt32
        var descriptor: Int32
        var address: IPv4Address
        var port: UInt16
        var reserved: UInt16
        var command: CString<16>
    }

    @Test func theAddressThatASocketIsBoundToIsTold() throws {
        let (loaded, socket) = try watch(BindSnoop.object()) {
            try $0.set("target", to: process)
        } events: {
            try OwnNetwork.run {
                let socket = try FailedCall.check(bind_datagrams(4077, 0), "bind")
                close(socket)
                return socket
            }
        }
        let told = try #require(try loaded.records("bindings", as: Binding.self).first { $0.port == 4077 })
        #expect(told.descriptor == socket && told.process == process)
        #expect(told.address == IPv4Address(127, 0, 0, 1))
    }
}
