# fill MBOX: imports an mboxrd file into the inbox `list`. thread ID: prints the thread as JSON, in its order.
# Through public-inbox's own modules, as its web interface reads them: the programs have no import of a mailbox.
use strict;
use warnings;
use JSON::PP;
use PublicInbox::Config;
use PublicInbox::InboxWritable;
use PublicInbox::MboxReader;
use PublicInbox::SearchThread;

my ($verb, $what) = @ARGV;
my $inbox = PublicInbox::Config->new->lookup_name('list') or die "no inbox\n";

if ($verb eq 'fill') {
	my $importer = PublicInbox::InboxWritable->new($inbox)->importer(1);
	open my $mailbox, '<', $what or die "$what: $!\n";
	PublicInbox::MboxReader->mboxrd($mailbox, sub { $importer->add($_[0]) or die "a mail was not added\n" });
	$importer->done;
	exit 0;
}

my (undef, $found) = $inbox->over->get_thread($what);
my $by_date = sub { @{$_[0]} = sort { $a->{ds} <=> $b->{ds} } @{$_[0]} };
my @mails;
sub walk {
	my ($node, $parent) = @_;
	my $eml = $inbox->smsg_eml($node) or die "no text of $node->{mid}\n";
	push @mails, {
		id => $node->{mid}, parent => $parent, subject => $node->{subject}, date => $node->{ds} + 0,
		name => $node->{from_name}, text => $eml->body_str,
	};
	walk($_, $node->{mid}) for @{$node->{children}};
}
walk($_, undef) for @{PublicInbox::SearchThread::thread($found, $by_date, { ibx => $inbox })};
print JSON::PP->new->utf8->encode(\@mails);
