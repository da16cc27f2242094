// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import Bytes
import TestImages
import Testing

/// Extern variables as compilers write them.
@Suite struct CompiledConfigurationTests {
    @Test func clangsExternsOfEveryTypeAreRead() throws {
        let object = try CompiledHalf(
            """
            extern u32 LINUX_KERNEL_VERSION __kconfig;
            extern bool CONFIG_BPF __kconfig;
            extern enum libbpf_tristate CONFIG_NET __kconfig __weak;
            extern char CONFIG_LETTER __kconfig __weak;
            extern const volatile s16 CONFIG_SHORT __kconfig __weak;
            extern long CONFIG_LONG __kconfig __weak;
            extern char CONFIG_LOCALVERSION[16] __kconfig __weak;
            SEC("tp/a/b") int main(void *context) {
                return LINUX_KERNEL_VERSION + CONFIG_BPF + CONFIG_NET + CONFIG_LETTER + CONFIG_SHORT + CONFIG_LONG + CONFIG_LOCALVERSION[5];
            }
            """
        ).object
        let kinds = Dictionary(uniqueKeysWithValues: object.configurationVariables.map { ($0.name, $0.kind) })
        #expect(
            kinds == [
                "LINUX_KERNEL_VERSION": .integer(isSigned: false), "CONFIG_BPF": .boolean, "CONFIG_NET": .tristate,
                "CONFIG_LETTER": .character(isSigned: true), "CONFIG_SHORT": .integer(isSigned: true), "CONFIG_LONG": .integer(isSigned: true),
                "CONFIG_LOCALVERSION": .text,
            ])
        #expect(Set(object.configurationVariables.filter { !$0.isWeak }.map(\.name)) == ["LINUX_KERNEL_VERSION", "CONFIG_BPF"])
        let assembly = try object.assemble(object.programs[0])
        #expect(Set(assembly.mapReferences.map(\.map)) == [object.maps.count - 1])
        let places = Set(assembly.mapReferences.map { Int(assembly.instructions[$0.slot + 1].immediate) })
        #expect(places.isSuperset(of: object.configurationVariables.filter { $0.kind != .text }.map(\.offset)))
        let configured = try object.configured(
            for: KernelConfiguration(version: KernelVersionCode(6, 1, 2), options: ["CONFIG_BPF": "y", "CONFIG_LONG": "-2"]))
        #expect(configured.maps.last?.contents?.prefix(8) == [254, 255, 255, 255, 255, 255, 255, 255])
    }

    @Test func aKernelHalfInSwiftAsksForOptionsThatMayBeMissing() throws {
        let text = """
            @section("tracepoint/syscalls/sys_enter_getpgid")
            func asks(_ context: TracepointContext<trace_event_raw_sys_enter>) -> Int32 {
                guard KernelConfiguration.isEnabled("CONFIG_NET"), KernelConfiguration.version >= 0x060100 else { return 0 }
                return Int32(truncatingIfNeeded: KernelConfiguration.number("CONFIG_HZ"))
            }
            """
        let object = try ObjectFile(ByteView(try CompiledSwiftHalf.compile(text).object))
        let variables = Dictionary(uniqueKeysWithValues: object.configurationVariables.map { ($0.name, $0) })
        #expect(Set(variables.keys) == ["CONFIG_NET", "CONFIG_HZ", "LINUX_KERNEL_VERSION"])
        #expect(variables.values.allSatisfy { $0.isWeak })
        #expect(variables["CONFIG_NET"]?.kind == .tristate)
        #expect(variables["CONFIG_HZ"]?.size == 8)
        #expect(variables["LINUX_KERNEL_VERSION"]?.size == 4)
        _ = try object.btfForLoading()
        _ = try object.configured(for: KernelConfiguration(options: ["CONFIG_NET": "m"]))
    }
}
