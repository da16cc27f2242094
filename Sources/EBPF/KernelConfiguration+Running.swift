// SPDX-License-Identifier: Apache-2.0

public import BPFObject
import Bytes
import Glibc

extension KernelConfiguration {
    /// What an object's extern variables in section `.kconfig` ask of the running kernel; only that is looked for.
    ///
    /// Options are read from the first of these files that is there: `/proc/config.gz` (kernels with `CONFIG_IKCONFIG_PROC`), `/boot/config-RELEASE`,
    /// `/usr/lib/modules/RELEASE/config`, `/lib/modules/RELEASE/build/.config`. Whether attachments have cookies (Linux 5.15) is tried out, which needs
    /// the right to load programs.
    ///
    /// - Throws: ``EBPFError`` where options are asked for, and none of the files can be read: it says for each why.
    public static func running(for object: ObjectFile) throws(EBPFError) -> KernelConfiguration {
        let names = RunningKernel()
        var configuration = KernelConfiguration(version: names.version)
        let asked = Set(object.configurationVariables.map(\.name))
        if asked.contains("LINUX_HAS_BPF_COOKIE") { configuration.hasAttachCookies = KernelFeatures.running.hasAttachCookies }
        if asked.contains("LINUX_HAS_SYSCALL_WRAPPER") { configuration.hasSystemCallWrappers = names.version.map(Self.wrapsSystemCalls) }
        let options = Set(object.configurationVariables.filter(\.isOption).map(\.name))
        guard !options.isEmpty else { return configuration }
        try configuration.readOptions(options, fromFirstOf: names.configurationFiles)
        return configuration
    }

    /// The most bytes that a configuration may have; kernels' have a few hundred thousand.
    private static let limit = 16 << 20

    /// Reads options from the first file that can be read.
    package mutating func readOptions(_ names: Set<String>, fromFirstOf paths: [String]) throws(EBPFError) {
        let operation = "read the kernel's configuration"
        var failures: [String] = []
        for path in paths {
            let text: ByteView
            do {
                let file = try FileContents.read(path)
                text = file.beginsWith(Gzip.magic, at: 0) ? ByteView(try Gzip.decompress(file, limit: Self.limit)) : file
            } catch let error as EBPFError {
                failures.append("\(path) (\(error.cause))")
                continue
            } catch {
                failures.append("\(path) (\(error))")
                continue
            }
            do {
                return try readOptions(text, only: names)
            } catch { throw EBPFError(error, "\(operation) (\(path))") }
        }
        throw EBPFError(
            .noKernelConfiguration, operation, cause: "it is in none of \(failures.joined(separator: ", "))",
            remedy: "the object asks for \(names.sorted().joined(separator: ", ")): load the module 'configs' where the kernel has it, install the "
                + "kernel's configuration in one of these places, or give the object its values (ObjectFile.configured(for:))")
    }

    /// Since when `arch/*/Kconfig` selects `ARCH_HAS_SYSCALL_WRAPPER`; no machine can be configured otherwise.
    private static func wrapsSystemCalls(_ version: KernelVersionCode) -> Bool {
        #if arch(x86_64) || arch(s390x)
            let since = KernelVersionCode(4, 17)
        #elseif arch(arm64)
            let since = KernelVersionCode(4, 19)
        #elseif arch(riscv64)
            let since = KernelVersionCode(6, 6)
        #else
            let since: KernelVersionCode? = nil
        #endif
        return since.map { version >= $0 } ?? false
    }
}
