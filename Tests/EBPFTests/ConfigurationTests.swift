// SPDX-License-Identifier: Apache-2.0

import COpenCalls
import EBPF
import Foundation
import Testing

/// What the running kernel says of its configuration.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct ConfigurationTests {
    @Test func aProgramSeesTheKernelsConfiguration() throws {
        guard let options = try options() else { return }
        var object = try Configuration.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        let loaded = try object.load()
        let links = try loaded.attachAll()
        _ = getpgid(0)
        links.detach()
        #expect(try loaded.value(of: "version", as: UInt32.self) == kernelVersion())
        #expect(try loaded.value(of: "hertz", as: UInt32.self) == UInt32(options["CONFIG_HZ"] ?? ""))
        #expect(try loaded.value(of: "has_bpf", as: UInt32.self) == 1)
        #expect(try loaded.value(of: "bpf_is", as: UInt32.self) == 1)
        #expect(try loaded.value(of: "missing", as: UInt64.self) == 0)
        let text = options["CONFIG_LOCALVERSION"].map { $0.dropFirst().dropLast().prefix(8) } ?? ""
        let local = try loaded.value(of: "local_version", as: InlineArray<8, UInt8>.self)
        #expect(local.indices.map { local[$0] } == Array(text.utf8) + [UInt8](repeating: 0, count: 8 - text.utf8.count))
        // Linux 5.15; CONFIG_ARCH_HAS_SYSCALL_WRAPPER stands in the configuration, but for kernels that are older than it.
        #expect(try loaded.value(of: "has_cookie", as: UInt32.self) == (kernelVersion() >= 5 << 16 | 15 << 8 ? 1 : 0))
        #expect(try loaded.value(of: "has_wrapper", as: UInt32.self) == (options["CONFIG_ARCH_HAS_SYSCALL_WRAPPER"] == "y" ? 1 : 0))
    }

    @Test func whatIsNoOptionIsKnownWithoutAFileOfOptions() throws {
        var object = try RunningVersion.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        let loaded = try object.load()
        let links = try loaded.attachAll()
        _ = getpgid(0)
        links.detach()
        #expect(try loaded.value(of: "version", as: UInt32.self) == kernelVersion())
        #expect(try loaded.value(of: "has_cookie", as: UInt32.self) == (kernelVersion() >= 5 << 16 | 15 << 8 ? 1 : 0))
        #if arch(x86_64) || arch(arm64)
            #expect(try loaded.value(of: "has_wrapper", as: UInt32.self) == 1)
        #endif
        #expect(try loaded.value(of: "has_more", as: UInt32.self) == 0)
    }

    @Test func theExternsThemselvesAreReadByNameAndNobodyWritesToThem() throws {
        guard try options() != nil else { return }
        let loaded = try Configuration.object().load()
        #expect(try loaded.value(of: "LINUX_KERNEL_VERSION", as: UInt32.self) == kernelVersion())
        #expect(try loaded.value(of: "CONFIG_BPF_SYSCALL", as: Bool.self))
        let map = try loaded.map(".kconfig")
        #expect(map.maxEntries == 1)
        #expect(throws: EBPFError.self) { try map.update(UInt32(0), to: loaded.value(of: "CONFIG_HZ", as: UInt16.self)) }
    }

    @Test func aConfigurationThatIsHandedInIsTakenInsteadOfTheKernels() throws {
        var object = try Configuration.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        let configuration = KernelConfiguration(
            version: KernelVersionCode(4, 5, 6), options: ["CONFIG_HZ": "1000", "CONFIG_BPF": "m", "CONFIG_LOCALVERSION": "\"-mine\""],
            hasAttachCookies: false, hasSystemCallWrappers: true)
        let loaded = try object.configured(for: configuration).load()
        let links = try loaded.attachAll()
        _ = getpgid(0)
        links.detach()
        #expect(try loaded.value(of: "version", as: UInt32.self) == 0x040506)
        #expect(try loaded.value(of: "hertz", as: UInt32.self) == 1000)
        #expect(try loaded.value(of: "bpf_is", as: UInt32.self) == 2)
        #expect(try loaded.value(of: "has_bpf", as: UInt32.self) == 0)
        #expect(try loaded.value(of: "has_cookie", as: UInt32.self) == 0)
        #expect(try loaded.value(of: "has_wrapper", as: UInt32.self) == 1)
        let local = try loaded.value(of: "local_version", as: InlineArray<8, UInt8>.self)
        #expect(local.indices.map { local[$0] } == Array("-mine".utf8) + [0, 0, 0])
    }

    @Test func filesThatCannotBeReadAreNamedWithTheReason() throws {
        var configuration = KernelConfiguration()
        let error = try #require(throws: EBPFError.self) {
            try configuration.readOptions(["CONFIG_HZ"], fromFirstOf: ["/proc/no-config.gz", "/proc/self"])
        }
        #expect(error.code == .noKernelConfiguration)
        #expect(error.cause.contains("/proc/no-config.gz (No such file or directory)"))
        #expect(error.cause.contains("/proc/self (Is a directory)"))
        #expect(error.remedy?.contains("CONFIG_HZ") == true)
    }

    @Test func theFirstFileThatCanBeReadCountsAndADamagedOneIsNone() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "swift-ebpf-tests.\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (damaged, plain, broken) = (
            directory.appending(path: "damaged").path, directory.appending(path: "plain").path, directory.appending(path: "broken").path
        )
        try Data([0x1F, 0x8B, 8, 0]).write(to: URL(filePath: damaged))
        try Data("CONFIG_HZ=250\nCONFIG_SMP=y\n".utf8).write(to: URL(filePath: plain))
        try Data("CONFIG_HZ\n".utf8).write(to: URL(filePath: broken))
        var configuration = KernelConfiguration()
        try configuration.readOptions(["CONFIG_HZ"], fromFirstOf: [damaged, plain, broken])
        #expect(configuration.options == ["CONFIG_HZ": "250"])
        let error = try #require(throws: EBPFError.self) { try configuration.readOptions(["CONFIG_HZ"], fromFirstOf: [broken, plain]) }
        #expect(error.operation.contains(broken))
        #expect(error.cause.contains("line 1"))
    }

    /// The options as others read them; `nil` where this kernel keeps its configuration nowhere, and then loading says that.
    private func options() throws -> [String: String]? {
        let release = names().release
        let files = ["/proc/config.gz", "/boot/config-\(release)", "/usr/lib/modules/\(release)/config", "/lib/modules/\(release)/build/.config"]
        guard let file = files.first(where: { access($0, R_OK) == 0 }) else {
            let error = try #require(throws: EBPFError.self) { try Configuration.object().load() }
            #expect(error.code == .noKernelConfiguration)
            for file in files { #expect(error.cause.contains(file)) }
            return nil
        }
        let lines = text(file.hasSuffix(".gz") ? "zcat \(file)" : "cat \(file)").split(separator: "\n").filter { $0.hasPrefix("CONFIG_") }
        return Dictionary(
            lines.map { line in
                let parts = line.split(separator: "=", maxSplits: 1)
                return (String(parts[0]), String(parts[1]))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Debian says in another place than the others from what it built its kernel.
    private func kernelVersion() -> UInt32 {
        let (release, build) = names()
        let words = build.split(separator: " ")
        let text = words.firstIndex(of: "Debian").map { words[$0 + 1] } ?? Substring(release)
        let parts = text.split(separator: ".").prefix(3).map { UInt32($0.prefix(while: \.isNumber)) ?? 0 }
        return parts[0] << 16 | parts[1] << 8 | (parts.count > 2 ? min(parts[2], 255) : 0)
    }

    private func names() -> (release: String, version: String) {
        var names = utsname()
        uname(&names)
        func text(_ field: inout some BitwiseCopyable) -> String {
            withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return (text(&names.release), text(&names.version))
    }

    private func text(_ command: String) -> String {
        guard let stream = popen(command, "r") else { return "" }
        defer { pclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
