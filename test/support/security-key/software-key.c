/*
 * A security key (FIDO) in software, for tests: what OpenSSH calls a "security key provider", interface version 10
 * (OpenSSH 9.0 and later; its file PROTOCOL.u2f says what is signed). Nobody has to touch it, and its "key handle" is the
 * private key itself: good for nothing but showing that our ssh gets through with such a key.
 */
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define INTERFACE_VERSION 0x000a0000
#define ALGORITHM_ED25519 1
#define GENERAL_FAILURE -1
#define UNSUPPORTED -2
#define SEED_BYTES 32
#define KEY_BYTES 32
#define SIGNATURE_BYTES 64

struct sk_option;
struct sk_resident_key;

struct sk_enroll_response {
  uint8_t flags;
  uint8_t *public_key;
  size_t public_key_len;
  uint8_t *key_handle;
  size_t key_handle_len;
  uint8_t *signature;
  size_t signature_len;
  uint8_t *attestation_cert;
  size_t attestation_cert_len;
  uint8_t *authdata;
  size_t authdata_len;
};

struct sk_sign_response {
  uint8_t flags;
  uint32_t counter;
  uint8_t *sig_r;
  size_t sig_r_len;
  uint8_t *sig_s;
  size_t sig_s_len;
};

uint32_t sk_api_version(void) { return INTERFACE_VERSION; }

int sk_enroll(uint32_t algorithm, const uint8_t *challenge, size_t challenge_len, const char *application, uint8_t flags,
              const char *pin, struct sk_option **options, struct sk_enroll_response **enrolled) {
  struct sk_enroll_response *made;
  EVP_PKEY *key;
  size_t length = KEY_BYTES;
  int is_done;

  (void)challenge, (void)challenge_len, (void)application, (void)pin, (void)options;
  if (algorithm != ALGORITHM_ED25519) return UNSUPPORTED;
  if ((made = calloc(1, sizeof *made)) == NULL) return GENERAL_FAILURE;
  made->flags = flags;
  made->key_handle = calloc(1, made->key_handle_len = SEED_BYTES);
  made->public_key = calloc(1, made->public_key_len = KEY_BYTES);
  /* No attestation: an empty signature. */
  made->signature = calloc(1, 1);
  if (made->key_handle == NULL || made->public_key == NULL || RAND_bytes(made->key_handle, SEED_BYTES) != 1)
    return GENERAL_FAILURE;
  key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, made->key_handle, SEED_BYTES);
  is_done = key != NULL && EVP_PKEY_get_raw_public_key(key, made->public_key, &length) == 1;
  EVP_PKEY_free(key);
  *enrolled = made;
  return is_done ? 0 : GENERAL_FAILURE;
}

int sk_sign(uint32_t algorithm, const uint8_t *data, size_t data_len, const char *application, const uint8_t *key_handle,
            size_t key_handle_len, uint8_t flags, const char *pin, struct sk_option **options,
            struct sk_sign_response **signed_) {
  /* SHA-256 of the application, flags, counter (big endian), SHA-256 of the data. */
  uint8_t text[SHA256_DIGEST_LENGTH + 1 + 4 + SHA256_DIGEST_LENGTH];
  const uint32_t counter = 1;
  struct sk_sign_response *made;
  EVP_MD_CTX *context;
  EVP_PKEY *key;
  int is_done;

  (void)pin, (void)options;
  if (algorithm != ALGORITHM_ED25519 || key_handle_len != SEED_BYTES) return UNSUPPORTED;
  SHA256((const uint8_t *)application, strlen(application), text);
  text[SHA256_DIGEST_LENGTH] = flags;
  memcpy(text + SHA256_DIGEST_LENGTH + 1, "\0\0\0\1", 4);
  SHA256(data, data_len, text + SHA256_DIGEST_LENGTH + 5);

  if ((made = calloc(1, sizeof *made)) == NULL) return GENERAL_FAILURE;
  made->flags = flags;
  made->counter = counter;
  made->sig_r = calloc(1, made->sig_r_len = SIGNATURE_BYTES);
  key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key_handle, key_handle_len);
  context = EVP_MD_CTX_new();
  is_done = made->sig_r != NULL && key != NULL && context != NULL &&
            EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
            EVP_DigestSign(context, made->sig_r, &made->sig_r_len, text, sizeof text) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  *signed_ = made;
  return is_done ? 0 : GENERAL_FAILURE;
}

int sk_load_resident_keys(const char *pin, struct sk_option **options, struct sk_resident_key ***keys, size_t *count) {
  (void)pin, (void)options, (void)keys, (void)count;
  return UNSUPPORTED;
}
