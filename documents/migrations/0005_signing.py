"""Signers, trust, images, signatures at the desk, archive stamps, numbers given elsewhere."""

import django.db.models.deletion
from django.db import migrations, models

import qms.models.base
from qms import db


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0004_present_versions"),
        ("qms", "0004_seals_outbox_and_search_index"),
    ]

    operations = [
        db.append_only_again("documents_paperfile"),
        migrations.CreateModel(
            name="DeskSignature",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("round", models.PositiveIntegerField(default=0, verbose_name="round of signing")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("rendered", "Rendered"),
                            ("leader", "Signed by the person in charge"),
                            ("filled", "Number and date filled in"),
                            ("agency", "Signed by the agency"),
                            ("archive", "Stamped for the archive"),
                        ],
                        max_length=10,
                        verbose_name="stage",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Signed"),
                            ("dropped", "Not needed any more"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="SHA-256 to be signed")),
                ("kept", models.JSONField(blank=True, default=dict, verbose_name="kept between the steps")),
                ("prepared_at", models.DateTimeField(blank=True, null=True, verbose_name="prepared at")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="signed at")),
            ],
            options={
                "verbose_name": "signature at the desk",
                "verbose_name_plural": "signatures at the desk",
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="SignatureImage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("valid_from", models.DateField(verbose_name="used from")),
            ],
            options={
                "verbose_name": "image of a signature or seal",
                "verbose_name_plural": "images of signatures and seals",
                "ordering": ["-valid_from", "-created_at"],
            },
        ),
        migrations.CreateModel(
            name="TrustItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("root", "Trusted root"),
                            ("intermediate", "Intermediate certificate"),
                            ("list", "Revocation list"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("subject", models.CharField(max_length=255, verbose_name="of")),
                ("fingerprint", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("valid_from", models.DateTimeField(verbose_name="valid from")),
                ("valid_to", models.DateTimeField(blank=True, null=True, verbose_name="valid to")),
                ("content", models.TextField(verbose_name="content")),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="no longer used since"),
                ),
            ],
            options={
                "verbose_name": "trusted certificate",
                "verbose_name_plural": "trusted certificates",
                "ordering": ["kind", "subject"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="paperfile",
            name="paper_file_once_per_stage",
        ),
        migrations.AddField(
            model_name="paper",
            name="flow",
            field=models.CharField(
                choices=[
                    ("A", "Number first, then both signatures"),
                    ("B", "Signer first, number afterwards"),
                ],
                default="A",
                max_length=1,
                verbose_name="order of signing",
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="round",
            field=models.PositiveIntegerField(default=0, verbose_name="round of signing"),
        ),
        migrations.AddField(
            model_name="paperfile",
            name="good_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="time stamp holds until"),
        ),
        migrations.AddField(
            model_name="paperfile",
            name="round",
            field=models.PositiveIntegerField(default=0, verbose_name="round of signing"),
        ),
        migrations.AddField(
            model_name="paperfile",
            name="turn",
            field=models.PositiveIntegerField(default=0, verbose_name="time of renewal"),
        ),
        migrations.AddField(
            model_name="registerentry",
            name="given_elsewhere",
            field=models.BooleanField(default=False, verbose_name="given before this portal"),
        ),
        migrations.AddField(
            model_name="signingkey",
            name="chain",
            field=models.TextField(blank=True, verbose_name="certificates of its authorities"),
        ),
        migrations.AddField(
            model_name="signingkey",
            name="place",
            field=models.JSONField(blank=True, default=dict, verbose_name="where the key is"),
        ),
        migrations.AlterField(
            model_name="paperfile",
            name="entry",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="documents.registerentry",
                verbose_name="number",
            ),
        ),
        migrations.AlterField(
            model_name="paperfile",
            name="stage",
            field=models.CharField(
                choices=[
                    ("rendered", "Rendered"),
                    ("leader", "Signed by the person in charge"),
                    ("filled", "Number and date filled in"),
                    ("agency", "Signed by the agency"),
                    ("archive", "Stamped for the archive"),
                ],
                max_length=10,
                verbose_name="stage",
            ),
        ),
        migrations.AlterField(
            model_name="signingkey",
            name="backend",
            field=models.CharField(
                choices=[
                    ("pkcs12", "Key file on the server (PKCS#12)"),
                    ("pkcs11", "Hardware module at the server (PKCS#11)"),
                    ("csc", "Remote signing service (CSC API)"),
                    ("desk", "Token at the person's desk"),
                ],
                default="pkcs12",
                max_length=10,
                verbose_name="kept in",
            ),
        ),
        migrations.AlterField(
            model_name="signingkey",
            name="container",
            field=models.BinaryField(default=b"", verbose_name="key file, encrypted"),
        ),
        migrations.AlterField(
            model_name="signingkey",
            name="password",
            field=models.BinaryField(default=b"", verbose_name="password, encrypted"),
        ),
        migrations.AddConstraint(
            model_name="paperfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("entry__isnull", False)),
                fields=("entry", "stage", "turn"),
                name="paper_file_once_per_stage",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("entry__isnull", True)),
                fields=("paper", "round", "stage"),
                name="paper_file_once_per_round",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("turn", 0), ("stage", "archive"), _connector="OR"),
                name="paper_file_renews_archive_only",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("given_elsewhere", False), ("paper__isnull", True), _connector="OR"),
                name="number_elsewhere_has_no_paper",
            ),
        ),
        migrations.AddField(
            model_name="desksignature",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AddField(
            model_name="desksignature",
            name="entry",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="desk_signatures",
                to="documents.registerentry",
                verbose_name="number",
            ),
        ),
        migrations.AddField(
            model_name="desksignature",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="desk_signatures",
                to="documents.paper",
                verbose_name="paper",
            ),
        ),
        migrations.AddField(
            model_name="desksignature",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="desk_signatures",
                to="qms.person",
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="desksignature",
            name="prepared",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.storedfile",
                verbose_name="prepared file",
            ),
        ),
        migrations.AddField(
            model_name="signatureimage",
            name="added_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.person",
                verbose_name="added by",
            ),
        ),
        migrations.AddField(
            model_name="signatureimage",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AddField(
            model_name="signatureimage",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.storedfile",
                verbose_name="image",
            ),
        ),
        migrations.AddField(
            model_name="signatureimage",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signature_images",
                to="qms.person",
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="trustitem",
            name="added_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.person",
                verbose_name="added by",
            ),
        ),
        migrations.AddField(
            model_name="trustitem",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AddConstraint(
            model_name="desksignature",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("paper", "stage"),
                name="one_desk_signature_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="signatureimage",
            index=models.Index(fields=["agency", "person", "valid_from"], name="signature_image_since"),
        ),
        migrations.AddConstraint(
            model_name="trustitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at", None)),
                fields=("agency", "fingerprint"),
                name="trusted_once",
            ),
        ),
        db.append_only("documents_paperfile"),
    ]
