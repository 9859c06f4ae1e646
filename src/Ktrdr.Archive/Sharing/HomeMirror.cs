using Ktrdr.Operations;
using Microsoft.Extensions.Logging;

namespace Ktrdr.Archive;

/// <summary>Keeps a home alike with those that share its database: what appears here goes to the store first, and what others
/// put there appears here.</summary>
/// <remarks>What a person changed is never overwritten: only what is as the program left it is replaced. Where nothing is shared,
/// nothing happens.</remarks>
internal sealed class HomeMirror(HomeFolder home, ISharedFiles? files, ILogger log) : IHomeMirror
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly KnownFiles _known = new(home);
    private readonly Dictionary<string, SharedFile> _leftAlone = new(StringComparer.Ordinal);
    private long _seen;
    private bool _hasGiven;

    /// <inheritdoc/>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (files is null)
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_hasGiven)
            {
                await GiveAsync(files, cancellationToken);
                _hasGiven = true;
            }

            foreach (var file in files.After(_seen))
            {
                await TakeAsync(files, file, cancellationToken);
                _seen = file.Sequence;
            }

            // Whoever was told what stands in the way may have moved it.
            foreach (var file in _leftAlone.Values.Where(file => !SharedPath.Parse(file.Path)!.IsIn(home)).ToList())
            {
                await TakeAsync(files, file, cancellationToken);
            }
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException(fault.Message, fault);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes something of the program's own appear here, once it is in the store.</summary>
    /// <param name="relative">Where; a path of no kind that is shared concerns nobody else.</param>
    /// <param name="length">How long the content is; only asked where there is a store.</param>
    /// <param name="body">Makes the content that goes to the store; only asked where it is not too long for one.</param>
    /// <param name="appear">Makes it appear in this home.</param>
    /// <param name="cancellationToken">Stops before it is in the store.</param>
    public async Task AppearAsync(
        string relative,
        Func<Task<long>> length,
        Func<Task<byte[]>> body,
        Func<Task> appear,
        CancellationToken cancellationToken
    )
    {
        if (SharedPath.Parse(relative) is not { } path || (files is null && !_known.AreKept))
        {
            await appear();
            return;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (files is null)
            {
                await appear();
                _known.NoteAhead(relative);
                return;
            }

            if (await length() > SharedPath.MostBytes)
            {
                log.NotShared(relative);
                await appear();
                return;
            }

            var bytes = await body();
            var shared = new SharedFile(relative, Sequence: 0, StoredFile.HashOf(bytes));
            await files.PutAsync(relative, bytes, cancellationToken);
            // An import is asked for by whoever owns the home; a strategy's name may be his own file's by mere chance.
            if (path is { Kind: SharedKind.File, Identity: null } && path.IsIn(home) && !MayReplace(path, shared))
            {
                return;
            }

            NoteArriving(path);
            await appear();
            Know(path, shared.Hash);
            _leftAlone.Remove(relative);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What this home has and the store lacks, or has only in the version that the program went on from here.</summary>
    private async Task GiveAsync(ISharedFiles store, CancellationToken cancellationToken)
    {
        var there = store.After(0).ToDictionary(file => file.Path, file => file.Hash, StringComparer.Ordinal);
        foreach (var path in SharedPath.In(home))
        {
            var hash = there.GetValueOrDefault(path.Relative);
            if (hash is not null && !_known.IsAhead(path.Relative, hash))
            {
                // Whoever takes from the store says what stands in the way, and takes its place once that is gone.
                if (_known.HashOf(path.Relative) == hash && path.HashIn(home) != hash)
                {
                    _known.NoteOwn(path.Relative);
                }

                continue;
            }

            if (path.Read(home) is not { } body || !path.Fits(body))
            {
                log.NotShared(path.Relative);
                continue;
            }

            // Another home may have been quicker; then this one's stays here, and taking theirs says so.
            if (await store.TryPutAsync(path.Relative, body, since: hash, cancellationToken))
            {
                Know(path, StoredFile.HashOf(body));
            }
        }
    }

    private async Task TakeAsync(ISharedFiles store, SharedFile file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (SharedPath.Parse(file.Path) is not { } path)
        {
            log.Refused(OutsideHomeException.Shorten(file.Path));
            return;
        }

        if (path.Identity is not null ? path.IsIn(home) : _known.HashOf(file.Path) == file.Hash)
        {
            return;
        }

        if (path.IsIn(home) && !MayReplace(path, file))
        {
            return;
        }

        if (store.Find(file.Path) is not { } stored || !stored.IsWhole || !path.Fits(stored.Body))
        {
            log.Damaged(file.Path);
            return;
        }

        await WriteAsync(path, stored.Body, cancellationToken);
        Know(path, stored.Hash);
        _leftAlone.Remove(file.Path);
        log.Taken(file.Path);
    }

    /// <summary>Whether what lies here is what the program left and another version is to take its place.</summary>
    private bool MayReplace(SharedPath path, SharedFile file)
    {
        var here = path.HashIn(home) ?? "";
        if (here == file.Hash)
        {
            Know(path, here);
            return false;
        }

        if (path.Kind != SharedKind.Folder && _known.IsUntouched(file.Path, here))
        {
            return true;
        }

        if (_leftAlone.TryAdd(file.Path, file))
        {
            log.LeftAlone(file.Path);
        }

        _leftAlone[file.Path] = file;
        return false;
    }

    private async Task WriteAsync(SharedPath path, byte[] body, CancellationToken cancellationToken)
    {
        if (path.Kind == SharedKind.File)
        {
            await home.WriteHereAsync(path.Relative, body, cancellationToken);
            return;
        }

        var parts = FilePack.Open(body)!;
        if (path.Kind == SharedKind.Folder)
        {
            await home.WriteFolderHereAsync(path.Relative, parts, cancellationToken);
            return;
        }

        NoteArriving(path);
        foreach (var part in path.Files)
        {
            await home.WriteHereAsync(part, parts[Path.GetFileName(part)], cancellationToken);
        }
    }

    // Two files cannot appear at one instant: what a crash leaves between them, the next look finishes from the store.
    private void NoteArriving(SharedPath path)
    {
        if (path.Kind == SharedKind.Dataset)
        {
            _known.NoteArriving(path.Relative);
        }
    }

    // What is named for its content needs nobody to remember what that was.
    private void Know(SharedPath path, string hash)
    {
        if (path.Identity is null)
        {
            _known.NoteKnown(path.Relative, hash);
        }
    }
}
