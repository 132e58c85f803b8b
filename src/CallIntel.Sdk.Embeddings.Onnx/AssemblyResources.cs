using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CallIntel.Sdk.Embeddings.Onnx;

/// <summary>Reads embedded resources of an assembly without loading it, so that none of its code can run.</summary>
static class AssemblyResources
{
    /// <summary>Returns the only resource whose name ends with each suffix.</summary>
    /// <exception cref="BadImageFormatException">The file is not an assembly, or its resources are damaged.</exception>
    /// <exception cref="InvalidDataException">A resource is missing or not unique.</exception>
    internal static byte[][] Read(Stream file, params string[] suffixes)
    {
        using PEReader image = new(file, PEStreamOptions.LeaveOpen);
        if (!image.HasMetadata || image.PEHeaders.CorHeader is not { } header)
            throw new BadImageFormatException();
        MetadataReader metadata = image.GetMetadataReader();
        ManifestResource[] resources =
        [
            .. metadata.ManifestResources.Select(metadata.GetManifestResource).Where(r => r.Implementation.IsNil),
        ];
        PEMemoryBlock section = image.GetSectionData(header.ResourcesDirectory.RelativeVirtualAddress);
        return [.. suffixes.Select(ReadOne)];

        byte[] ReadOne(string suffix)
        {
            ManifestResource[] found =
            [
                .. resources.Where(r => metadata.GetString(r.Name).EndsWith(suffix, StringComparison.Ordinal)),
            ];
            if (found.Length != 1 || found[0].Offset > int.MaxValue)
                throw new InvalidDataException();
            BlobReader reader = section.GetReader((int)found[0].Offset, section.Length - (int)found[0].Offset);
            int length = reader.ReadInt32();
            return length < 0 || length > reader.RemainingBytes
                ? throw new InvalidDataException()
                : reader.ReadBytes(length);
        }
    }
}
