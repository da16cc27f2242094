// SPDX-License-Identifier: Apache-2.0

import BPFObject
import BTF
import Bytes
import CLinux
import Glibc

/// The types of an object in the kernel, which describe its programs and maps there.
struct ObjectTypes {
    let descriptor: SharedDescriptor

    /// Gives the object's types to the kernel; `nil` where it has none, or the kernel takes none of them.
    ///
    /// A kernel that does not understand all of them gets what it understands instead. Where it refuses even that, the object is loaded without:
    /// only what needs them fails then, and says so.
    ///
    /// - Throws: ``EBPFError`` where the types contradict the object, or this process may not load any.
    init?(of object: ObjectFile) throws(EBPFError) {
        let operation = "load the object's types (BTF)"
        let bytes: [UInt8]?
        do {
            bytes = try object.btfForLoading()
        } catch { throw EBPFError(error, operation) }
        guard let bytes else { return nil }
        var number = Self.load(bytes).status
        guard number != -EPERM else { throw EBPFError(loadingTypes: operation, errno: EPERM, log: "") }
        if number < 0 {
            do throws(BTFError) {
                number = Self.load(try BTF(ByteView(bytes)).sanitized(for: .running).bytes.array()).status
            } catch {
                guard object.needsTypesInKernel else { return nil }
                throw EBPFError(.object, operation, cause: error.description)
            }
        }
        guard number >= 0 else {
            guard object.needsTypesInKernel else { return nil }
            let log = KernelLog.read { buffer, _ in Self.load(bytes, log: buffer) }
            throw EBPFError(loadingTypes: operation, errno: -number, log: VerifierLog(log.bytes).text)
        }
        descriptor = SharedDescriptor(Descriptor(number))
    }

    /// Answers a descriptor, or a negative errno.
    static func load(_ bytes: [UInt8], log: UnsafeMutableRawBufferPointer? = nil) -> KernelLog.Answer {
        bytes.withUnsafeBytes { bytes in
            var attributes = bpf_btf_load_attributes()
            attributes.btf = address(bytes.baseAddress)
            attributes.btf_size = UInt32(clamping: bytes.count)
            if let log {
                attributes.btf_log_buf = address(log.baseAddress)
                attributes.btf_log_size = UInt32(clamping: log.count)
                attributes.btf_log_level = 1
            }
            let status = bpfCountingMemory(.btfLoad, &attributes)
            return KernelLog.Answer(status: status, trueSize: Int(attributes.btf_log_true_size))
        }
    }
}
