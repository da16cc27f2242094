// SPDX-License-Identifier: Apache-2.0

@testable import EBPF
import Glibc
import Testing

/// Maps by which packets are sent on, with programs in their values: in processes that have networks of their own.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct RedirectTests {
    /// All programs and maps of the kernel half.
    static func load() throws -> LoadedObject {
        var object = try Redirects.object()
        for index in object.programs.indices { object.programs[index].isLoaded = true }
        return try object.load()
    }

    /// Packets come in at a pair's first device, go out by another pair's first, and arrive at its second, where a program must be for the kernel to take them.
    static func expectProgram(
        _ sender: String, of object: LoadedObject, put: (NetworkInterface, Program?) throws -> Void, entry: () throws -> DeviceEntry?
    ) throws {
        let (from, to) = (try DevicePair("veth"), try DevicePair("veth"))
        let target = try NetworkInterface(to.first)
        let program = try object.program("runs_at_device")
        let arrival = try object.program("arrives").attach(toXDP: NetworkInterface(to.second), mode: .native)
        try put(target, program)
        #expect(try entry() == DeviceEntry(interface: target.index, programID: program.information().id))
        let link = try object.program(sender).attach(toXDP: NetworkInterface(from.first), mode: .native)
        func count(_ name: String) throws -> UInt64 { try object.value(of: name, as: UInt64.self) }
        func inject() throws { try from.inject(0x88B5, [UInt8](repeating: 7, count: 46)) }
        #expect(try EachCPU.see({ try count("at_devices") > 0 && count("arrived") > 0 }, inject))
        #expect(try object.value(of: "egress", as: UInt32.self) == target.index)
        // Programs of other kinds are refused, and what was there stays.
        for other in ["runs_at_cpu", sender] {
            let error = try #require(throws: EBPFError.self) { try put(target, object.program(other)) }
            #expect(error.remedy == "its section is to be 'xdp/devmap'" && error.errno == nil, "\(error)")
        }
        #expect(try entry()?.programID == program.information().id)
        // Without a program packets arrive as before.
        try put(target, nil)
        #expect(try entry() == DeviceEntry(interface: target.index, programID: nil))
        // Packets of before may still be on their way, and some of the first were lost where a device was not up yet. So it is looked until as many packets
        // arrive as were sent, none of which ran the program.
        #expect(
            try EachCPU.see {
                let (seen, arrived) = (try count("at_devices"), try count("arrived"))
                for _ in 0..<4 { try inject() }
                guard try EachCPU.see({ try count("arrived") >= arrived + 4 }) else { return false }
                return try count("at_devices") == seen
            }, "no packet runs a program that is there no longer")
        link.detach()
        arrival.detach()
    }

    @Test func aProgramInTheValueOfAMapOfDevicesRuns() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let object = try RedirectTests.load()
            let devices = try DevMap(object.map("devices"))
            try RedirectTests.expectProgram("to_device", of: object) {
                try devices.update(1, to: $0, program: $1)
            } entry: {
                try devices.entry(at: 1)
            }
            #expect(try devices.entry(at: 0) == nil)
            #expect(try EachCPU.see { try devices.entry(at: 1) == nil }, "the entry goes with its device")
            try devices.update(1, to: NetworkInterface("lo"), program: object.program("runs_at_device"))
            #expect(try devices.remove(1), "an entry is removed")
            #expect(try devices.entry(at: 1) == nil, "what was removed is not there")
        }
    }

    @Test func aProgramInTheValueOfAHashOfDevicesRuns() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let object = try RedirectTests.load()
            let devices = try DevMapHash(object.map("many_devices"))
            try RedirectTests.expectProgram("to_one_of_many", of: object) {
                try devices.update(77, to: $0, program: $1)
            } entry: {
                try devices.entry(at: 77)
            }
            #expect(try EachCPU.see { try devices.keys().isEmpty }, "the entry goes with its device")
            try devices.update(77, to: NetworkInterface("lo"), program: object.program("runs_at_device"))
            #expect(try devices.keys() == [77], "an entry is listed")
            #expect(try devices.remove(77), "an entry is removed")
            #expect(try !devices.remove(77), "what was removed is not there")
        }
    }

    @Test func aProgramInTheValueOfAMapOfCPUsRunsThere() async {
        await #expect(processExitsWith: .success) {
            try HookTests.takeNamespaces()
            let object = try RedirectTests.load()
            let cpus = try CPUMap(object.map("cpus"))
            let program = try object.program("runs_at_cpu")
            let pair = try DevicePair("veth")
            try cpus.update(0, queueSize: 64, program: program)
            #expect(try cpus.queue(of: 0) == CPUQueue(queueSize: 64, programID: program.information().id))
            let link = try object.program("to_cpu").attach(toXDP: NetworkInterface(pair.first), mode: .native)
            try object.set("cpu", to: UInt32.max)
            #expect(
                try EachCPU.see({ try object.value(of: "at_cpus", as: UInt64.self) > 0 }) {
                    try pair.inject(0x88B5, [UInt8](repeating: 7, count: 46))
                })
            #expect(try object.value(of: "cpu", as: UInt32.self) == 0)
            link.detach()
            let error = try #require(throws: EBPFError.self) { try cpus.update(0, queueSize: 64, program: object.program("runs_at_device")) }
            #expect(error.remedy == "its section is to be 'xdp/cpumap'" && error.errno == nil, "\(error)")
            #expect(try cpus.remove(0), "an entry is removed")
            #expect(try cpus.queue(of: 0) == nil, "what was removed is not there")
        }
    }

    @Test func aMapWithoutRoomForAProgramIsNotAsked() throws {
        let program = try Self.load().program("runs_at_device")
        let narrow = MapDefinition(name: "narrow", type: .devmap, keySize: 4, valueSize: 4, maxEntries: 4)
        let devices = try DevMap(Map.create(narrow, btf: nil))
        let error = try #require(throws: EBPFError.self) { try devices.update(1, to: NetworkInterface(index: 1), program: program) }
        #expect(error.code == .invalid && error.cause.contains("its values have 4 bytes"))
    }
}
