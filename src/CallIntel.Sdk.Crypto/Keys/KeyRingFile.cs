using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// Reads and replaces a file that only its owner may see: links resolved, folder checked, mode checked on the open
/// file, replaced by temporary
/// file, fsync, rename, fsync of the folder.
/// </summary>
internal static class KeyRingFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>What tells whether the file was replaced since.</summary>
    internal static (string File, DateTime Written, long Length) Stamp(string path)
    {
        var info = new FileInfo(Resolve(path));
        return info.Exists ? (info.FullName, info.LastWriteTimeUtc, info.Length) : throw NotFound(path);
    }

    /// <summary>
    /// The file that a path leads to. A link is followed, so that replacing the ring replaces the file that holds the
    /// keys and not the link to it.
    /// </summary>
    internal static string Resolve(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Path.GetFullPath(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>
    /// In a folder that others may write, they can put another file in the place of the ring: refused, for the link and
    /// for its target.
    /// </summary>
    internal static void RefuseSharedFolders(string path)
    {
        if (OperatingSystem.IsWindows())
            return;

        foreach (string file in new HashSet<string> { Path.GetFullPath(path), Resolve(path) })
        {
            string folder = Path.GetDirectoryName(file)!;
            if (
                !Directory.Exists(folder)
                || (File.GetUnixFileMode(folder) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0
            )
                continue;

            throw new CallIntelException(
                CryptoErrorCodes.KeyRingNotPrivate,
                $"The folder '{folder}' of the key ring can be written by others than its owner.",
                "Run 'chmod go-w' on the folder, or keep the key ring in one of its own with mode 0700."
            );
        }
    }

    internal static byte[] Read(string path)
    {
        try
        {
            RefuseSharedFolders(path);
            string file = Resolve(path);
            if (!File.Exists(file))
                throw NotFound(path);

            // The mode is that of the file that is open: one that is exchanged meanwhile is not read.
            using var stream = new FileStream(
                file,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete
            );
            RefuseUnlessPrivate(path, stream.SafeFileHandle);
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>Writes the file so that a reader, or a machine that loses power, sees the old one or the new one, whole.</summary>
    internal static void Replace(string path, byte[] content)
    {
        RefuseSharedFolders(path);
        path = Resolve(path);
        string temporary = path + ".new";
        try
        {
            File.Delete(temporary);
            using (var stream = new FileStream(temporary, Options(FileMode.CreateNew)))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, e);
        }
    }

    /// <summary>Keeps other processes from changing the file. The lock file stays behind: removing it would open a race.</summary>
    internal static FileStream Lock(string path)
    {
        RefuseSharedFolders(path);
        path = Resolve(path);
        try
        {
            return new FileStream(path + ".lock", Options(FileMode.OpenOrCreate));
        }
        catch (UnauthorizedAccessException e)
        {
            throw Failed(path, e);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new CallIntelException(
                CryptoErrorCodes.KeyRingBusy,
                $"Another process is changing the key ring '{path}'.",
                "Try again when it has finished; if none is running, check that the folder can be written.",
                e
            )
            {
                IsTransient = true,
            };
        }
        catch (IOException e)
        {
            throw Failed(path, e);
        }
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;

        return options;
    }

    private static void RefuseUnlessPrivate(string path, SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & Others) == 0)
            return;

        throw new CallIntelException(
            CryptoErrorCodes.KeyRingNotPrivate,
            $"The key ring '{path}' can be read or changed by others than its owner.",
            "Run 'chmod 600' on it, and rotate its keys if others may have read it."
        );
    }

    private static void FlushDirectory(string path)
    {
        // Without this a power cut can undo the rename, and with it a new root key that org keys are wrapped under already.
        if (OperatingSystem.IsWindows())
            return;

        int handle = Open(path, 0);
        if (handle < 0)
            throw new IOException("The folder of the key ring could not be opened.");

        int result = Sync(handle);
        _ = Close(handle);
        if (result != 0)
            throw new IOException("The folder of the key ring could not be flushed.");
    }

    [DllImport("libc", EntryPoint = "open")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);

    private static CallIntelException NotFound(string path) =>
        new(
            CryptoErrorCodes.KeyRingNotFound,
            $"There is no key ring at '{path}'.",
            "Check the path, or create a ring once with KeyRingFileProvider.Create. Never create a new one in place of a lost one: restore the lost one."
        );

    private static CallIntelException Failed(string path, Exception inner) =>
        new(
            CryptoErrorCodes.KeyRingIoFailed,
            $"The key ring '{path}' could not be read or written durably.",
            "Check the disk and the rights of the process; nothing was changed unless a rename had succeeded, which the next start shows.",
            inner
        );
}
